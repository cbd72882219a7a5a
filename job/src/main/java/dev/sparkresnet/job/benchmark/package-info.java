/** Measures how fast the network trains and runs on this machine, without a Spark application. */
package dev.sparkresnet.job.benchmark;
