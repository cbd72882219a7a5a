package dev.sparkresnet.job.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EpochMetricsTest {
  private static final EpochMetrics METRICS =
      new EpochMetrics(3, 1.25, 0.5, 1.5, 0.375, 0.02, 5000, 1000, 180.25, 27.5, 2);

  @Test
  void writesTheFieldsThatOthersRelyOn() {
    assertThat(METRICS.toJson())
        .isEqualTo(
            "{\"epoch\":3,\"train_loss\":1.25,\"train_accuracy\":0.5,\"test_loss\":1.5,"
                + "\"test_accuracy\":0.375,\"learning_rate\":0.02,\"examples\":5000,"
                + "\"test_examples\":1000,\"seconds\":180.25,\"examples_per_second\":27.5,"
                + "\"replicas\":2}");
  }

  @Test
  void readsBackWhatItWrote() {
    assertThat(EpochMetrics.fromJson(METRICS.toJson())).isEqualTo(METRICS);
  }

  @Test
  void refusesALineThatLacksAField() {
    assertThatThrownBy(() -> EpochMetrics.fromJson("{\"epoch\":3}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot read metrics: no epoch in {\"epoch\":3}");
  }
}
