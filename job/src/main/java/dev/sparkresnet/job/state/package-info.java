/** What a network holds, as values that travel through Spark and that are stored. */
package dev.sparkresnet.job.state;
