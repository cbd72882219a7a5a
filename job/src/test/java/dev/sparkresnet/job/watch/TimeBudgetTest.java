package dev.sparkresnet.job.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.failure.StoppedException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TimeBudgetTest {
  private final StopRequest stop = new StopRequest();

  @Test
  void beginsNothingThatTookLongerBeforeThanIsLeft() {
    try (TimeBudget budget = new TimeBudget(Duration.ofHours(1), stop)) {
      budget.took(4_000);
      budget.took(10);
      assertThatThrownBy(() -> budget.requireTimeForAnother("epoch 3"))
          .isInstanceOf(StoppedException.class)
          .message()
          .matches(
              "Stopped by training.stop-after = 3600 s after epoch 3: the next stretch would take"
                  + " 4000 s, (3600|3[0-9]{3}) s are left; the same command goes on from there");
    }
  }

  @Test
  void beginsWhatFits() {
    try (TimeBudget budget = new TimeBudget(Duration.ofHours(1), stop)) {
      budget.took(1_000);
      assertThatCode(() -> budget.requireTimeForAnother("epoch 3")).doesNotThrowAnyException();
    }
  }

  @Test
  void hasNoLimitByDefault() {
    try (TimeBudget budget = new TimeBudget(Duration.ZERO, stop)) {
      budget.took(1e9);
      assertThatCode(() -> budget.requireTimeForAnother("epoch 3")).doesNotThrowAnyException();
    }
  }

  @Test
  void asksToStopWhenTheTimeIsOver() throws InterruptedException {
    CountDownLatch made = new CountDownLatch(1);
    stop.whenMade(made::countDown);
    try (TimeBudget budget = new TimeBudget(Duration.ofMillis(1_500), stop)) {
      assertThat(made.await(1, TimeUnit.MINUTES)).isTrue();
      assertThat(stop.reason()).contains("training.stop-after = 1.5 s");
      budget.took(0);
    }
  }
}
