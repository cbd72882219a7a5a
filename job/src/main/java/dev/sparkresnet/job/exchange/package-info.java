/** Sums of the replicas' updates: each replica owns a range, in rounds that all take alike. */
package dev.sparkresnet.job.exchange;
