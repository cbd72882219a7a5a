package dev.sparkresnet.job.config;

import java.io.Serializable;

/**
 * The block {@code training.checkpoint}.
 *
 * @param keepLast how many of the newest checkpoints to keep, 0 for all
 * @param keepBest how many of the best checkpoints to keep besides, by test accuracy
 */
public record CheckpointConfig(int keepLast, int keepBest) implements Serializable {
  static CheckpointConfig read(ConfigSection section) {
    return new CheckpointConfig(
        section.value("keep-last", ValueReader.INTEGER, Rule.atLeast(0)),
        section.value("keep-best", ValueReader.INTEGER, Rule.atLeast(0)));
  }
}
