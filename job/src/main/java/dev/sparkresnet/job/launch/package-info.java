/**
 * What a command is started with: settings of Spark and where they come from, memory, flags of the
 * JVMs, files to ship and secrets to keep, down to the argument vector that a script executes.
 */
package dev.sparkresnet.job.launch;
