package dev.sparkresnet.job.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.FullDisk;
import dev.sparkresnet.job.failure.StorageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FSError;
import org.junit.jupiter.api.Test;

class StorageRetryTest {
  private static final Duration TWO_MINUTES = Duration.ofMinutes(2);

  private final List<Long> waits = new ArrayList<>();
  private Instant now = Instant.EPOCH;
  private int tries;

  private final StorageRetry retry = new StorageRetry(TWO_MINUTES, () -> now, this::pause);

  private void pause(Duration wait) {
    waits.add(wait.toSeconds());
    now = now.plus(wait);
  }

  private static StorageException safeMode() {
    return new StorageException("Cannot write x: safe mode", new IOException("safe mode"));
  }

  /** Work that takes some time and fails at its first tries. */
  private String failUntil(int successfulTry, Duration takes) {
    tries++;
    now = now.plus(takes);
    if (tries < successfulTry) {
      throw safeMode();
    }
    return "done";
  }

  private String neverSucceed(Duration takes) {
    return failUntil(Integer.MAX_VALUE, takes);
  }

  @Test
  void waitsForNothingThatGoesWell() {
    assertThat(retry.call("work", () -> failUntil(1, Duration.ZERO))).isEqualTo("done");
    assertThat(waits).isEmpty();
  }

  @Test
  void waitsTwiceAsLongEachTime() {
    assertThat(retry.call("work", () -> failUntil(4, Duration.ZERO))).isEqualTo("done");
    assertThat(waits).containsExactly(1L, 2L, 4L);
  }

  @Test
  void startsFromOneSecondForOtherWork() {
    retry.call("work", () -> failUntil(3, Duration.ZERO));
    tries = 0;
    retry.run("other work", () -> failUntil(2, Duration.ZERO));
    assertThat(waits).containsExactly(1L, 2L, 1L);
  }

  @Test
  void givesUpAfterItsTimeWithTheLastFailure() {
    List<StorageException> failures = new ArrayList<>();
    assertThatThrownBy(
            () ->
                retry.run(
                    "work",
                    () -> {
                      failures.add(safeMode());
                      throw failures.get(failures.size() - 1);
                    }))
        .isSameAs(failures.get(8))
        .hasMessage("Cannot write x: safe mode");
    assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L, 29L);
    assertThat(failures).hasSize(9);
  }

  @Test
  void countsTheTimeOfTheTries() {
    assertThatThrownBy(() -> retry.call("work", () -> neverSucceed(Duration.ofSeconds(50))))
        .hasMessage("Cannot write x: safe mode");
    assertThat(waits).containsExactly(1L, 2L);
    assertThat(tries).isEqualTo(3);
  }

  @Test
  void triesAgainOnALocalDiskThatIsFull() throws IOException {
    FSError full = FullDisk.error();
    assertThatThrownBy(
            () ->
                retry.run(
                    "writing the metrics",
                    () -> {
                      tries++;
                      throw full;
                    }))
        .isInstanceOf(StorageException.class)
        .hasMessage("Cannot go on with writing the metrics: No space left on device")
        .hasCause(full);
    assertThat(tries).isEqualTo(9);
  }

  /** As Hadoop wraps what it throws from the constructor of a client. */
  @Test
  void triesAgainWhenAHostIsNotKnownForAWhileAndNamesIt() {
    RuntimeException unknown =
        new RuntimeException(
            new InvocationTargetException(
                new IllegalArgumentException(new UnknownHostException("nn.test"))));
    assertThatThrownBy(
            () ->
                retry.run(
                    "renewing the lease",
                    () -> {
                      tries++;
                      throw unknown;
                    }))
        .isInstanceOf(StorageException.class)
        .hasMessage("Cannot go on with renewing the lease: unknown host: nn.test");
    assertThat(tries).isEqualTo(9);
  }

  @Test
  void doesNotTryAgainWhatStays() {
    RuntimeException missing =
        new StorageException("Cannot read x: missing", new FileNotFoundException("missing"));
    assertThatThrownBy(
            () ->
                retry.run(
                    "work",
                    () -> {
                      tries++;
                      throw missing;
                    }))
        .isSameAs(missing);
    assertThat(tries).isEqualTo(1);
    assertThat(waits).isEmpty();
  }

  @Test
  void anInterruptionEndsTheWait() {
    StorageRetry interrupted =
        new StorageRetry(
            TWO_MINUTES,
            () -> now,
            wait -> {
              throw new InterruptedException();
            });
    assertThatThrownBy(() -> interrupted.call("work", () -> neverSucceed(Duration.ZERO)))
        .hasMessage("Cannot write x: safe mode");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(tries).isEqualTo(1);
  }

  @Test
  void itsOwnWaitsCanBeInterrupted() {
    Thread.currentThread().interrupt();
    StorageRetry hours = StorageRetry.lasting(Duration.ofHours(1));
    assertThatThrownBy(() -> hours.call("work", () -> neverSucceed(Duration.ZERO)))
        .hasMessage("Cannot write x: safe mode");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(tries).isEqualTo(1);
  }
}
