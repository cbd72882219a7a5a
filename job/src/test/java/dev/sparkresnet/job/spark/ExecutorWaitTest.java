package dev.sparkresnet.job.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.failure.ClusterException;
import dev.sparkresnet.job.failure.Explanation;
import dev.sparkresnet.job.failure.Outcome;
import dev.sparkresnet.job.failure.StoppedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ExecutorWaitTest {
  private static final Duration LONG = Duration.ofHours(1);

  @Test
  void endsAsSoonAsAllHaveCome() {
    AtomicInteger looks = new AtomicInteger();
    assertThat(new ExecutorWait(looks::incrementAndGet, () -> {}).until(3, LONG))
        .isGreaterThanOrEqualTo(3);
  }

  @Test
  void tooFewMayBeEnoughLater() {
    ExecutorWait wait = new ExecutorWait(() -> 1, () -> {});
    assertThatThrownBy(() -> wait.until(2, Duration.ZERO))
        .isInstanceOf(ClusterException.class)
        .hasMessage(
            "Cannot train 2 replicas: only 1 executors came within 0 s (training.executor-wait);"
                + " run it again when the cluster has room, wait longer, or set training.replicas")
        .satisfies(
            failure ->
                assertThat(Explanation.of(failure, "train").runAgain())
                    .isEqualTo(Outcome.Again.LATER));
  }

  /** An application that was killed gets no more. */
  @Test
  void endsAtOnceWithWhatKeepsMoreFromComing() {
    StoppedException end = new StoppedException("Stopped by the cluster");
    AtomicInteger looks = new AtomicInteger();
    ExecutorWait wait =
        new ExecutorWait(
            () -> 0,
            () -> {
              if (looks.incrementAndGet() > 2) {
                throw end;
              }
            });
    assertThatThrownBy(() -> wait.until(2, LONG)).isSameAs(end);
  }
}
