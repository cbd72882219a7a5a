/** Files that readers see whole: one atomic write, retries, and what the local disk needs. */
package dev.sparkresnet.job.storage;
