/** The Spark application: its session, barrier stages, where replicas run, and lost executors. */
package dev.sparkresnet.job.spark;
