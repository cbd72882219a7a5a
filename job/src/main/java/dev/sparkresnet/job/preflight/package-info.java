/** What would keep a run from training, found before it trains: measured, judged, reported. */
package dev.sparkresnet.job.preflight;
