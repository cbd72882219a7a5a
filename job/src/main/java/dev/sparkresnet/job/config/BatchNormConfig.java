package dev.sparkresnet.job.config;

import java.io.Serializable;

/**
 * The block {@code training.batch-norm}.
 *
 * @param recalibrationMinibatches minibatches of each replica from which mean and variance are
 *     estimated after an epoch
 */
public record BatchNormConfig(int recalibrationMinibatches) implements Serializable {
  static BatchNormConfig read(ConfigSection section) {
    return new BatchNormConfig(
        section.value("recalibration-minibatches", ValueReader.INTEGER, Rule.atLeast(1)));
  }
}
