package dev.sparkresnet.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EvaluationConfigTest {
  private static final String KEY = "evaluation.batch-size";

  @Test
  void defaultsEqualTheReference() {
    assertThat(ConfigurationOnDisk.read().evaluation()).isEqualTo(new EvaluationConfig(250, 0.0));
  }

  @Test
  void readsEveryKey() {
    assertThat(
            ConfigurationOnDisk.read(
                    "training.evaluation { batch-size = 100, minimum-accuracy = 0.9 }")
                .evaluation())
        .isEqualTo(new EvaluationConfig(100, 0.9));
  }

  @Test
  void refusesEmptyMinibatches() {
    assertThat(ConfigurationOnDisk.problems("training." + KEY + " = 0"))
        .isEqualTo(ConfigurationOnDisk.onLine3(KEY, "must be at least 1, found 0"));
  }

  @Test
  void refusesAnAccuracyInPercent() {
    String key = "evaluation.minimum-accuracy";
    assertThat(ConfigurationOnDisk.problems("training." + key + " = 90"))
        .isEqualTo(ConfigurationOnDisk.onLine3(key, "must be from 0 to 1, found 90"));
  }
}
