package dev.sparkresnet.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EvaluationConfigTest {
  private static final String KEY = "evaluation.batch-size";

  @Test
  void defaultsEqualTheReference() {
    assertThat(ConfigurationOnDisk.read().evaluation()).isEqualTo(new EvaluationConfig(250));
  }

  @Test
  void readsEveryKey() {
    assertThat(ConfigurationOnDisk.read("training." + KEY + " = 100").evaluation())
        .isEqualTo(new EvaluationConfig(100));
  }

  @Test
  void refusesEmptyMinibatches() {
    assertThat(ConfigurationOnDisk.problems("training." + KEY + " = 0"))
        .isEqualTo(ConfigurationOnDisk.onLine3(KEY, "must be at least 1, found 0"));
  }
}
