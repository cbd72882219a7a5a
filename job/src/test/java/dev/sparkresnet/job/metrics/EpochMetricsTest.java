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

  @Test
  void logLineReadsAsASentence() {
    EpochMetrics metrics =
        new EpochMetrics(3, 1.2341, 0.5512, 1.3009, 0.53, 0.02, 50000, 10000, 180.31, 277.3, 2);
    assertThat(metrics.logLine(20))
        .isEqualTo(
            "epoch 3/20: train loss 1.234, accuracy 55.1 %, test loss 1.301, accuracy 53.0 %, "
                + "learning rate 0.0200, 50000 examples in 180.3 s (277 examples/s)");
  }
}
