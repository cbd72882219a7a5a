package dev.sparkresnet.job.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sparkresnet.job.encoding.SharingCost;
import dev.sparkresnet.model.benchmark.Timing;
import org.junit.jupiter.api.Test;

class ScalingPredictionTest {
  private static final double GIGABIT = 1e9;

  /** A plain step of 250 ms; a shared one of 240 + 30 + 5 ms for every replica; 1 MB a message. */
  private static final ScalingPrediction PREDICTION =
      new ScalingPrediction(
          new SharingCost(128, timing(0.24), timing(0.01), timing(0.03), timing(0.005), 1e6));

  private static Timing timing(double seconds) {
    return new Timing(1, seconds, seconds, seconds);
  }

  @Test
  void everyReplicaAppliesTheMessagesOfAll() {
    assertThat(PREDICTION.efficiency(2, 25 * GIGABIT)).isCloseTo(250.0 / 280, within(1e-12));
    assertThat(PREDICTION.efficiency(6, 25 * GIGABIT)).isCloseTo(250.0 / 300, within(1e-12));
  }

  @Test
  void theDriverRelaysEveryMessageToAllOthers() {
    // 16 * 15 messages of 8 megabits are 1.92 s of a gigabit.
    assertThat(PREDICTION.efficiency(16, GIGABIT)).isCloseTo(0.25 / 1.92, within(1e-12));
    assertThat(PREDICTION.efficiency(16, 10 * GIGABIT)).isCloseTo(250.0 / 350, within(1e-12));
  }
}
