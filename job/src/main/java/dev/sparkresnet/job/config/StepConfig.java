package dev.sparkresnet.job.config;

import java.io.Serializable;

/**
 * The block {@code training.optimizer.step}: a learning rate that drops now and then.
 *
 * @param warmUpEpochs epochs of linear rise
 * @param everyEpochs epochs between two drops
 * @param factor what a drop multiplies the learning rate by
 */
public record StepConfig(int warmUpEpochs, int everyEpochs, double factor) implements Serializable {
  static StepConfig read(ConfigSection section) {
    return new StepConfig(
        section.value("warm-up-epochs", ValueReader.INTEGER, Rule.atLeast(0)),
        section.value("every-epochs", ValueReader.INTEGER, Rule.atLeast(1)),
        section.value("factor", ValueReader.NUMBER, Rule.positiveFraction()));
  }
}
