package dev.sparkresnet.job.config;

import java.io.Serializable;

/**
 * The block {@code training.evaluation}.
 *
 * @param batchSize images per minibatch of the evaluation
 * @param minimumAccuracy share of the test images that the trained network has to get right, 0 to 1
 */
public record EvaluationConfig(int batchSize, double minimumAccuracy) implements Serializable {
  static EvaluationConfig read(ConfigSection section) {
    return new EvaluationConfig(
        section.value("batch-size", ValueReader.INTEGER, Rule.atLeast(1)),
        section.value("minimum-accuracy", ValueReader.NUMBER, Rule.fraction()));
  }
}
