package dev.sparkresnet.job.exchange;

import java.time.Duration;

/**
 * What all participants have in common, and which of them this is.
 *
 * @param self its number, from 0
 * @param parameters of the network
 * @param staleness rounds that a gradient may be behind
 * @param residualClip what is kept for later is cut to this many thresholds
 * @param residualClipEvery rounds between two cuts
 * @param threads to compute with
 * @param timeout how long to wait for a peer
 */
public record RoundsSettings(
    int participants,
    int self,
    int parameters,
    Encoding encoding,
    int staleness,
    float residualClip,
    int residualClipEvery,
    int threads,
    Duration timeout) {

  /** Refuses what makes no exchange. */
  public RoundsSettings {
    if (participants < 2 || self < 0 || self >= participants) {
      throw new IllegalArgumentException(
          "Cannot exchange updates: participant " + self + " of " + participants);
    }
    if (parameters < 1 || staleness < 0 || threads < 1 || residualClipEvery < 1) {
      throw new IllegalArgumentException(
          "Cannot exchange updates: parameters, threads and residual-clip-every must be at least 1,"
              + " staleness at least 0");
    }
  }
}
