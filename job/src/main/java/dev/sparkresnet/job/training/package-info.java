/** The life of a run: its attempts, their epochs, recovery, and the record of it. */
package dev.sparkresnet.job.training;
