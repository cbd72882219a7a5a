/** Which processor or GPU a replica computes on, and that no two share a GPU. */
package dev.sparkresnet.job.device;
