/** Gradient sharing: replicas send each other their encoded updates after every step. */
package dev.sparkresnet.job.sharing;
