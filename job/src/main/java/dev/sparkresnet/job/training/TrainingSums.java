package dev.sparkresnet.job.training;

import dev.sparkresnet.model.StepMetrics;
import java.io.Serializable;

/**
 * Sums over training examples, as they were seen in training mode.
 *
 * @param lossSum summed cross-entropy in nats, without weight decay
 */
record TrainingSums(long examples, double lossSum, long correct) implements Serializable {
  static final TrainingSums NONE = new TrainingSums(0, 0, 0);

  TrainingSums plus(StepMetrics step) {
    return new TrainingSums(
        examples + step.examples(), lossSum + step.lossSum(), correct + step.correct());
  }

  TrainingSums plus(TrainingSums other) {
    return new TrainingSums(
        examples + other.examples, lossSum + other.lossSum, correct + other.correct);
  }

  double loss() {
    return lossSum / examples;
  }

  double accuracy() {
    return (double) correct / examples;
  }
}
