package dev.sparkresnet.job.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sparkresnet.job.exchange.RoundReplay;
import dev.sparkresnet.model.benchmark.Timing;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScalingPredictionTest {
  private static final double GIGABIT = 1e9;

  /** A plain step of 250 ms; a shared one of 240 + 30 + 2 + 8 ms. */
  private static final SharingCost COST =
      new SharingCost(
          128, timing(0.24), timing(0.01), timing(0.03), 0.002, timing(0.008), 1e6, 0.01, 100);

  private static Timing timing(double seconds) {
    return new Timing(1, seconds, seconds, seconds);
  }

  private static RoundReplay round(int replicas) {
    return new RoundReplay(
        500_000, 500_000L * replicas, Duration.ofMillis(2), Duration.ofMillis(8));
  }

  @Test
  void networkComesOnTopOfWorkInStep() {
    ScalingPrediction inStep = new ScalingPrediction(COST, 0, ScalingPredictionTest::round);
    // Half of 1.5 MB are 6 ms of a gigabit.
    assertThat(inStep.efficiency(2, GIGABIT)).isCloseTo(250.0 / (280 + 6), within(1e-12));
    assertThat(inStep.efficiency(2, 10 * GIGABIT)).isCloseTo(250.0 / 280.6, within(1e-12));
  }

  @Test
  void networkHidesBehindWorkWithStaleness() {
    ScalingPrediction behind = new ScalingPrediction(COST, 1, ScalingPredictionTest::round);
    assertThat(behind.efficiency(2, GIGABIT)).isCloseTo(250.0 / 280, within(1e-12));
    // 63 of 64 parts of 32.5 MB are 256 ms of a gigabit, 2,559 of a tenth.
    assertThat(behind.efficiency(64, GIGABIT)).isCloseTo(250.0 / 280, within(1e-12));
    assertThat(behind.efficiency(64, GIGABIT / 10))
        .isCloseTo(250.0 / (63.0 / 64 * 32_500 * 8 / 100), within(1e-12));
  }
}
