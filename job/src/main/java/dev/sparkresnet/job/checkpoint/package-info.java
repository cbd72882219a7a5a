/** Checkpoints of a run on any Hadoop file system. */
package dev.sparkresnet.job.checkpoint;
