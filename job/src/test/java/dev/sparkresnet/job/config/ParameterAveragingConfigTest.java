package dev.sparkresnet.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ParameterAveragingConfigTest {
  private static final String KEY = "parameter-averaging.every-steps";

  @Test
  void defaultsEqualTheReference() {
    assertThat(ConfigurationOnDisk.read().parameterAveraging())
        .isEqualTo(new ParameterAveragingConfig(16));
  }

  @Test
  void readsEveryKey() {
    assertThat(ConfigurationOnDisk.read("training." + KEY + " = 8").parameterAveraging())
        .isEqualTo(new ParameterAveragingConfig(8));
  }

  @Test
  void refusesToAverageNever() {
    assertThat(ConfigurationOnDisk.problems("training." + KEY + " = 0"))
        .isEqualTo(ConfigurationOnDisk.onLine3(KEY, "must be at least 1, found 0"));
  }
}
