package dev.sparkresnet.job.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.datasets.ShardPlan;
import org.junit.jupiter.api.Test;

class EpochPlanTest {
  private static EpochPlan plan(int epoch) {
    return EpochPlan.whole(epoch, new ShardPlan(2_559, 2, 32));
  }

  @Test
  void countsStepsOverTheWholeRun() {
    assertThat(plan(1).steps()).isEqualTo(40);
    assertThat(plan(1).iteration(0)).isZero();
    assertThat(plan(3).iteration(5)).isEqualTo(85);
  }

  @Test
  void countsTheExamplesOfAStretch() {
    ShardPlan shards = new ShardPlan(2_559, 2, 32);
    EpochPlan middle = new EpochPlan(1, shards, 10, 20);
    assertThat(middle.minibatches()).isEqualTo(10);
    assertThat(middle.examples()).isEqualTo(320);
    EpochPlan last = new EpochPlan(1, shards, 20, 40);
    assertThat(last.examples()).isEqualTo(19 * 32 + 31);
  }

  @Test
  void countsEpochsFromTheStartOfTheRunAndNotOfTheProcess() {
    assertThat(plan(1).epochsBefore(0)).isZero();
    assertThat(plan(7).epochsBefore(30)).isEqualTo(6.75);
  }
}
