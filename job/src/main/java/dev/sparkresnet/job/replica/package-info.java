/** A replica on its executor: its network, its training loop, and the report of what it did. */
package dev.sparkresnet.job.replica;
