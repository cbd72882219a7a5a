package dev.sparkresnet.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorageConfigTest {
  private static final String KEY = "storage.retry-for";

  @Test
  void defaultsEqualTheReference() {
    assertThat(ConfigurationOnDisk.read().storage())
        .isEqualTo(new StorageConfig(Duration.ofMinutes(2)));
  }

  @Test
  void readsEveryKey() {
    assertThat(ConfigurationOnDisk.read("training." + KEY + " = 90 s").storage())
        .isEqualTo(new StorageConfig(Duration.ofSeconds(90)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          600 | must be a duration with its unit, such as 90 seconds, found 600
          0 s | must be longer than 0, found "0 s"
          """)
  void saysWhatIsWrong(String value, String problem) {
    assertThat(ConfigurationOnDisk.problems("training." + KEY + " = " + value))
        .isEqualTo(ConfigurationOnDisk.onLine3(KEY, problem));
  }
}
