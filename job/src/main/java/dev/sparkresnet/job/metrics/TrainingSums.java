package dev.sparkresnet.job.metrics;

import dev.sparkresnet.model.StepMetrics;
import java.io.Serializable;

/**
 * Sums over training examples, as they were seen in training mode.
 *
 * @param lossSum summed cross-entropy in nats, without weight decay
 */
public record TrainingSums(long examples, double lossSum, long correct) implements Serializable {
  /** Of no examples. */
  public static final TrainingSums NONE = new TrainingSums(0, 0, 0);

  /** With those of a step. */
  public TrainingSums plus(StepMetrics step) {
    return new TrainingSums(
        examples + step.examples(), lossSum + step.lossSum(), correct + step.correct());
  }

  /** With others. */
  public TrainingSums plus(TrainingSums other) {
    return new TrainingSums(
        examples + other.examples, lossSum + other.lossSum, correct + other.correct);
  }

  /** The mean cross-entropy in nats. */
  public double loss() {
    return lossSum / examples;
  }

  /** The share that was classified right, 0 to 1. */
  public double accuracy() {
    return (double) correct / examples;
  }
}
