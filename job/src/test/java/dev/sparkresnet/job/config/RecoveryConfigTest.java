package dev.sparkresnet.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.config.RecoveryConfig.OnDivergence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecoveryConfigTest {
  @Test
  void defaultsEqualTheReference() {
    assertThat(ConfigurationOnDisk.read().recovery())
        .isEqualTo(new RecoveryConfig(3, OnDivergence.FAIL, 0.5, 3));
  }

  @Test
  void readsEveryKey() {
    assertThat(
            ConfigurationOnDisk.read(
                    """
                    training.recovery {
                      max-failures = 0
                      on-divergence = roll-back
                      roll-back-factor = 0.1
                      max-roll-backs = 1
                    }
                    """)
                .recovery())
        .isEqualTo(new RecoveryConfig(0, OnDivergence.ROLL_BACK, 0.1, 1));
  }

  @Test
  void everyRollBackMakesTheLearningRateSmaller() {
    RecoveryConfig config = new RecoveryConfig(0, OnDivergence.ROLL_BACK, 0.5, 3);
    assertThat(config.learningRateFactor(0)).isOne();
    assertThat(config.learningRateFactor(3)).isEqualTo(0.125);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          max-failures     | -1   | must be at least 0, found -1
          on-divergence    | stop | must be fail or roll-back, found "stop"
          roll-back-factor | 0    | must be greater than 0 and at most 1, found 0
          max-roll-backs   | 0    | must be at least 1, found 0
          """)
  void saysWhatIsWrong(String key, String value, String problem) {
    assertThat(ConfigurationOnDisk.problems("training.recovery." + key + " = " + value))
        .isEqualTo(ConfigurationOnDisk.onLine3("recovery." + key, problem));
  }
}
