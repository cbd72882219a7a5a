/** Authenticated and encrypted connections between the replicas of one attempt. */
package dev.sparkresnet.job.network;
