package dev.sparkresnet.job.watch;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GracePeriodTest {
  @Test
  void aSignalAfterTheEndOfTheWorkChangesNothing() {
    StopRequest stop = new StopRequest();
    try (GracePeriod grace = new GracePeriod(Duration.ofMinutes(1))) {
      stop.whenMade(grace::begin);
    }
    assertThatCode(() -> stop.make("SIGTERM")).doesNotThrowAnyException();
  }
}
