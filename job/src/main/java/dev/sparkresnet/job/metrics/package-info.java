/** What a training run reports: numbers per epoch, a curve, log lines and progress. */
package dev.sparkresnet.job.metrics;
