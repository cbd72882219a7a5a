/** What would keep a run from training, found before it trains. */
package dev.sparkresnet.job.preflight;
