package dev.sparkresnet.job.config;

import java.io.Serializable;

/**
 * The block {@code training.optimizer.cosine}: a learning rate that rises linearly and falls along
 * half a cosine.
 *
 * @param warmUpEpochs epochs of the rise, 0 for none
 * @param finalLearningRate learning rate at the end of the last epoch
 */
public record CosineConfig(int warmUpEpochs, double finalLearningRate) implements Serializable {
  static CosineConfig read(ConfigSection section) {
    return new CosineConfig(
        section.value("warm-up-epochs", ValueReader.INTEGER, Rule.atLeast(0)),
        section.value("final-learning-rate", ValueReader.NUMBER, Rule.notNegative()));
  }
}
