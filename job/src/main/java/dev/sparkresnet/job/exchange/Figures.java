package dev.sparkresnet.job.exchange;

import java.util.List;

/**
 * What an exchange came to since its stretch began.
 *
 * @param rounds sums that were applied
 * @param sentBytes to others
 * @param receivedBytes from others
 * @param summingNanos adding the updates of its own part of the parameters
 * @param waitedNanos for the updates of each participant, in their order
 * @param samples one for every round
 */
public record Figures(
    int rounds,
    long sentBytes,
    long receivedBytes,
    long summingNanos,
    List<Long> waitedNanos,
    List<Sample> samples) {

  /**
   * How an update was written.
   *
   * @param round of the run
   * @param threshold by which a parameter that was sent changes, 0 for all numbers
   * @param sparsity share of the parameters that this participant sent
   */
  public record Sample(int round, float threshold, double sparsity) {}
}
