/**
 * Files that readers see whole: one atomic write, retries, and what the local disk needs. The
 * hidden name and its rename are those of {@link dev.sparkresnet.datasets.storage}.
 */
package dev.sparkresnet.job.storage;
