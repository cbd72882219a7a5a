package dev.sparkresnet.job.config;

import java.io.Serializable;

/**
 * The block {@code training.checkpoint}.
 *
 * @param everySteps steps of every replica between two checkpoints within an epoch, 0 for none
 * @param keepLast how many of the newest checkpoints to keep, 0 for all
 * @param keepBest how many of the best checkpoints to keep besides, by test accuracy
 */
public record CheckpointConfig(int everySteps, int keepLast, int keepBest) implements Serializable {
  static CheckpointConfig read(ConfigSection section) {
    return new CheckpointConfig(
        section.value("every-steps", ValueReader.INTEGER, Rule.atLeast(0)),
        section.value("keep-last", ValueReader.INTEGER, Rule.atLeast(0)),
        section.value("keep-best", ValueReader.INTEGER, Rule.atLeast(0)));
  }
}
