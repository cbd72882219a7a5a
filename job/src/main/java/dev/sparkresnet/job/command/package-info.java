/** The command line. */
package dev.sparkresnet.job.command;
