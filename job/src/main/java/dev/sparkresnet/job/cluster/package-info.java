/** The Spark application and the UDP mesh between its processes. */
package dev.sparkresnet.job.cluster;
