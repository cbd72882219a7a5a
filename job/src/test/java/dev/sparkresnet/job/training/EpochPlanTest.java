package dev.sparkresnet.job.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.datasets.ShardPlan;
import org.junit.jupiter.api.Test;

class EpochPlanTest {
  private static EpochPlan plan(int epoch) {
    return new EpochPlan(epoch, new ShardPlan(2_559, 2, 32), EpochPlan.Start.DRIVER);
  }

  @Test
  void countsStepsOverTheWholeRun() {
    assertThat(plan(1).steps()).isEqualTo(40);
    assertThat(plan(1).iteration(0)).isZero();
    assertThat(plan(3).iteration(5)).isEqualTo(85);
  }

  @Test
  void countsEpochsFromTheStartOfTheRunAndNotOfTheProcess() {
    assertThat(plan(1).epochsBefore(0)).isZero();
    assertThat(plan(7).epochsBefore(30)).isEqualTo(6.75);
  }
}
