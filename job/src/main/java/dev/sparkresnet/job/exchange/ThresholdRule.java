package dev.sparkresnet.job.exchange;

/** How the threshold follows from what was sent: the same numbers everywhere, the same result. */
@FunctionalInterface
public interface ThresholdRule {
  /**
   * The threshold of a round.
   *
   * @param round counted since the stretch began
   * @param last threshold before
   * @param sparsity share of the parameters that a replica sent, on average, in the newest round
   *     whose sum has been applied; not a number before there is one
   */
  float next(int round, float last, double sparsity);
}
