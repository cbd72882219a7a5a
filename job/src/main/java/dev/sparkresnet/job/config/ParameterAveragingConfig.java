package dev.sparkresnet.job.config;

import java.io.Serializable;

/**
 * The block {@code training.parameter-averaging}.
 *
 * @param everySteps steps of every replica between two averages
 */
public record ParameterAveragingConfig(int everySteps) implements Serializable {
  static ParameterAveragingConfig read(ConfigSection section) {
    return new ParameterAveragingConfig(
        section.value("every-steps", ValueReader.INTEGER, Rule.atLeast(1)));
  }
}
