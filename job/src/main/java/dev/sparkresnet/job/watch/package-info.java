/**
 * Limits of time and signs of life: requests to stop, the time budget, the watchdog and its thread
 * dumps.
 */
package dev.sparkresnet.job.watch;
