package dev.sparkresnet.job.preflight.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class MeasurementTest {
  private static <T> Measured<T> measure(Callable<T> work) {
    return Measurement.start("test", Duration.ofMinutes(1), work).finish();
  }

  @Test
  void givesTheValue() throws IOException {
    assertThat(measure(() -> 3).orThrow()).isEqualTo(3);
  }

  @Test
  void saysWhyThereIsNone() {
    assertThat(
            measure(
                    () -> {
                      throw new NoSuchFileException("a");
                    })
                .problem())
        .isEqualTo("NoSuchFileException: a");
    assertThat(
            measure(
                    () -> {
                      throw new UnsatisfiedLinkError("no b");
                    })
                .problem())
        .isEqualTo("UnsatisfiedLinkError: no b");
  }

  @Test
  void givesUpAndInterruptsWhatHangs() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    Measured<String> hung =
        Measurement.start(
                "test",
                Duration.ofMillis(50),
                () -> {
                  try {
                    new CountDownLatch(1).await();
                    return "";
                  } catch (InterruptedException e) {
                    interrupted.countDown();
                    throw e;
                  }
                })
            .finish();
    assertThat(hung.problem()).isEqualTo("hangs: no result within 0.05 s");
    interrupted.await();
  }

  @Test
  void isInterruptedWithWhoWaits() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(
            () ->
                measure(
                    () -> {
                      new CountDownLatch(1).await();
                      return "";
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot finish preflight: interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }
}
