package dev.sparkresnet.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CheckpointConfigTest {
  @Test
  void defaultsEqualTheReference() {
    assertThat(ConfigurationOnDisk.read().checkpoint()).isEqualTo(new CheckpointConfig(0, 3, 1));
  }

  @Test
  void readsEveryKey() {
    assertThat(
            ConfigurationOnDisk.read(
                    "training.checkpoint { every-steps = 50, keep-last = 0, keep-best = 2 }")
                .checkpoint())
        .isEqualTo(new CheckpointConfig(50, 0, 2));
  }

  @Test
  void refusesNegativeNumbers() {
    String key = "checkpoint.keep-last";
    assertThat(ConfigurationOnDisk.problems("training." + key + " = -1"))
        .isEqualTo(ConfigurationOnDisk.onLine3(key, "must be at least 0, found -1"));
  }
}
