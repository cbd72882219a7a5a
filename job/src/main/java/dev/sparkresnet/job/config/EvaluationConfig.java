package dev.sparkresnet.job.config;

import java.io.Serializable;

/**
 * The block {@code training.evaluation}.
 *
 * @param batchSize images per minibatch of the evaluation
 */
public record EvaluationConfig(int batchSize) implements Serializable {
  static EvaluationConfig read(ConfigSection section) {
    return new EvaluationConfig(section.value("batch-size", ValueReader.INTEGER, Rule.atLeast(1)));
  }
}
