/** Files that a command writes where the user says. */
package dev.sparkresnet.job.output;
