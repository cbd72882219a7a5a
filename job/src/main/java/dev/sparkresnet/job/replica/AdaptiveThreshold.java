package dev.sparkresnet.job.replica;

import dev.sparkresnet.job.config.GradientSharingConfig;
import dev.sparkresnet.job.exchange.ThresholdRule;
import org.deeplearning4j.optimize.solvers.accumulation.encoding.ThresholdAlgorithm;
import org.deeplearning4j.optimize.solvers.accumulation.encoding.threshold.AdaptiveThresholdAlgorithm;

/**
 * DL4J's {@link AdaptiveThresholdAlgorithm}, which decides by numbers alone, in every replica by
 * the same ones.
 */
public final class AdaptiveThreshold implements ThresholdRule {
  private final ThresholdAlgorithm algorithm;

  /**
   * @param start threshold of the first round
   */
  public AdaptiveThreshold(GradientSharingConfig sharing, float start) {
    this.algorithm = algorithm(sharing, start);
  }

  /** As the training master is given it. */
  public static ThresholdAlgorithm algorithm(GradientSharingConfig sharing, double start) {
    return new AdaptiveThresholdAlgorithm(
        start,
        sharing.minimumSparsity(),
        sharing.maximumSparsity(),
        AdaptiveThresholdAlgorithm.DEFAULT_DECAY_RATE);
  }

  @Override
  public float next(int round, float last, double sparsity) {
    if (Double.isNaN(sparsity)) {
      return last;
    }
    return (float) algorithm.calculateThreshold(round, 0, (double) last, false, sparsity, null);
  }
}
