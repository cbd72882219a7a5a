package dev.sparkresnet.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchNormConfigTest {
  private static final String KEY = "batch-norm.recalibration-minibatches";

  @Test
  void defaultsEqualTheReference() {
    assertThat(ConfigurationOnDisk.read().batchNorm()).isEqualTo(new BatchNormConfig(32));
  }

  @Test
  void readsEveryKey() {
    assertThat(ConfigurationOnDisk.read("training." + KEY + " = 8").batchNorm())
        .isEqualTo(new BatchNormConfig(8));
  }

  @Test
  void refusesEstimatesFromNothing() {
    assertThat(ConfigurationOnDisk.problems("training." + KEY + " = 0"))
        .isEqualTo(ConfigurationOnDisk.onLine3(KEY, "must be at least 1, found 0"));
  }
}
