/**
 * Gradient sharing: replicas add up their updates after every step, and are the same bit for bit.
 */
package dev.sparkresnet.job.sharing;
