/** Numbers of a run in Spark's metrics system, for dashboards and alarms. */
package dev.sparkresnet.job.monitoring;
