package dev.sparkresnet.job.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.failure.UserErrorException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultLimitTest {
  private static final MemoryPlan USUAL = MemoryPlanTest.plan();

  /** A little more than 6.25 times as many parameters, most of which are products of two widths. */
  private static final MemoryPlan WIDE = MemoryPlanTest.plan("model.width=160");

  private static Properties settings(MemoryPlan plan, Map<String, String> given) {
    Properties settings = new Properties();
    settings.putAll(given);
    ResultLimit.set(plan, settings);
    return settings;
  }

  @Test
  void isSetForResultsAboveAGigabyte() {
    assertThat(settings(USUAL, Map.of())).isEmpty();
    assertThat(settings(WIDE, Map.of())).isEqualTo(Map.of(ResultLimit.KEY, "1233m"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "2g", "1233m"})
  void isLeftAloneWhereItIsEnough(String given) {
    assertThat(settings(WIDE, Map.of(ResultLimit.KEY, given)))
        .isEqualTo(Map.of(ResultLimit.KEY, given));
  }

  @Test
  void isRefusedWhereItIsNot() {
    assertThatThrownBy(() -> ResultLimit.of(WIDE, Optional.of("1g")))
        .isInstanceOf(UserErrorException.class)
        .hasMessage(
            "Cannot collect the results of the replicas: they need 1233 MB,"
                + " spark.driver.maxResultSize = 1g is 1024 MB; give it more, or leave it out");
    assertThatThrownBy(() -> ResultLimit.of(WIDE, Optional.of("much")))
        .isInstanceOf(UserErrorException.class)
        .hasMessage(
            "Cannot collect the results of the replicas: spark.driver.maxResultSize = much is not a"
                + " size");
  }
}
