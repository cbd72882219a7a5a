package dev.sparkresnet.job.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.datasets.ShardPlan;
import org.junit.jupiter.api.Test;

class ExpectationTest {
  @Test
  void aRunOfUsualSizeNeedsNoWord() {
    assertThat(Expectation.of(new ShardPlan(50_000, 2, 64), 1)).isEmpty();
  }

  @Test
  void aShortRunIsNotExpectedToLearnMuch() {
    assertThat(Expectation.of(new ShardPlan(640, 2, 32), 8))
        .containsExactly(
            "80 steps in all are few: expect a test accuracy not far from chance, which is 10 % for"
                + " ten classes");
  }

  @Test
  void aMinibatchLargerThanTheShareOfAReplicaIsSaid() {
    assertThat(Expectation.of(new ShardPlan(1_280, 2, 641), 1_000))
        .containsExactly(
            "A replica has only 640 images, less than one minibatch (training.optimizer.batch-size"
                + " = 641): an epoch is one short step");
    assertThat(Expectation.of(new ShardPlan(1_280, 2, 640), 1_000)).isEmpty();
  }
}
