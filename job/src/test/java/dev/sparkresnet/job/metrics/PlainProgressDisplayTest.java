package dev.sparkresnet.job.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class PlainProgressDisplayTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final HandClock clock = new HandClock();

  private PlainProgressDisplay display(long total) {
    return new PlainProgressDisplay("stage", total, new PrintStream(bytes, true, UTF_8), clock);
  }

  @Test
  void printsALineForEachTenthWithTheTimeLeft() {
    try (ProgressDisplay display = display(200)) {
      for (int step = 1; step <= 60; step++) {
        clock.advance(Duration.ofMillis(500));
        display.stepTo(step);
      }
    }
    assertThat(bytes.toString(UTF_8))
        .isEqualTo(
            """
            stage: 10 %, 90 s left
            stage: 20 %, 80 s left
            stage: 30 %, 70 s left
            stage: took 30 s
            """);
  }

  @Test
  void printsOneLineForAJumpOverSeveralTenths() {
    try (ProgressDisplay display = display(10)) {
      clock.advance(Duration.ofSeconds(4));
      display.stepTo(8);
      display.stepTo(10);
    }
    assertThat(bytes.toString(UTF_8))
        .isEqualTo("stage: 80 %, 1 s left\nstage: 100 %, 0 s left\nstage: took 4 s\n");
  }

  @Test
  void printsOnlyTheEndWhenTheTotalIsNotKnown() {
    try (ProgressDisplay display = display(-1)) {
      display.stepTo(5);
      clock.advance(Duration.ofSeconds(2));
    }
    assertThat(bytes.toString(UTF_8)).isEqualTo("stage: took 2 s\n");
  }

  @Test
  void printsRemarksOnLinesOfTheirOwn() {
    try (ProgressDisplay display = display(10)) {
      display.remark("loss 1.5");
    }
    assertThat(bytes.toString(UTF_8)).isEqualTo("loss 1.5\nstage: took 0 s\n");
  }

  /** A clock that stands until it is moved. */
  private static final class HandClock extends Clock {
    private Instant now = Instant.EPOCH;

    void advance(Duration duration) {
      now = now.plus(duration);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
