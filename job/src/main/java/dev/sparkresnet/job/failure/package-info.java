/** What a run tells its caller when it cannot go on. */
package dev.sparkresnet.job.failure;
