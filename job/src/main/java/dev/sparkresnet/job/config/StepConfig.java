package dev.sparkresnet.job.config;

import java.io.Serializable;

/**
 * The block {@code training.optimizer.step}: a learning rate that drops now and then.
 *
 * @param everyEpochs epochs between two drops
 * @param factor what a drop multiplies the learning rate by
 */
public record StepConfig(int everyEpochs, double factor) implements Serializable {
  static StepConfig read(ConfigSection section) {
    return new StepConfig(
        section.value("every-epochs", ValueReader.INTEGER, Rule.atLeast(1)),
        section.value("factor", ValueReader.NUMBER, Rule.positiveFraction()));
  }
}
