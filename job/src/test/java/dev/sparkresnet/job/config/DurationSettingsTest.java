package dev.sparkresnet.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks of one setting each, which is a duration and cannot be 0. */
class DurationSettingsTest {
  private record Setting(
      String key, Duration reference, Function<TrainingConfig, Duration> value) {}

  static Stream<Setting> settings() {
    return Stream.of(
        new Setting("storage.retry-for", Duration.ofMinutes(2), it -> it.storage().retryFor()),
        new Setting("watchdog.timeout", Duration.ofMinutes(10), it -> it.watchdog().timeout()));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void defaultsEqualTheReference(Setting setting) {
    assertThat(setting.value.apply(ConfigurationOnDisk.read())).isEqualTo(setting.reference);
  }

  @ParameterizedTest
  @MethodSource("settings")
  void readsTheKey(Setting setting) {
    TrainingConfig config = ConfigurationOnDisk.read("training." + setting.key + " = 90 s");
    assertThat(setting.value.apply(config)).isEqualTo(Duration.ofSeconds(90));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void saysWhatIsWrong(Setting setting) {
    assertProblem(
        setting.key,
        "600",
        "must be a duration with its unit, such as 90 seconds, and not negative, found 600");
    assertProblem(
        setting.key,
        "-1 second",
        "must be a duration with its unit, such as 90 seconds, and not negative, found \"-1 second\"");
    assertProblem(setting.key, "0 s", "must be longer than 0, found \"0 s\"");
  }

  private static void assertProblem(String key, String value, String problem) {
    assertThat(ConfigurationOnDisk.problems("training." + key + " = " + value))
        .isEqualTo(ConfigurationOnDisk.onLine3(key, problem));
  }
}
