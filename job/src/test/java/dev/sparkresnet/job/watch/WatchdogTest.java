package dev.sparkresnet.job.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.failure.HungException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;

class WatchdogTest {
  private static final String PHASE = "epoch 3/20: train";

  /** So long that the watchdog's own checks never come while a test runs. */
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private final SettableTime time = new SettableTime();
  private final List<Instant> dumps = new ArrayList<>();
  private final List<Instant> cancellations = new ArrayList<>();
  private final Watchdog watchdog =
      new Watchdog(TIMEOUT, time, this::dump, () -> cancellations.add(time.instant()));

  private static final class SettableTime implements InstantSource {
    private Instant now = Instant.parse("2025-11-25T01:00:00.5Z");

    @Override
    public Instant instant() {
      return now;
    }

    void pass(Duration duration) {
      now = now.plus(duration);
    }
  }

  private Path dump(Instant now) {
    dumps.add(now);
    return new Path("hdfs://a/run/thread-dumps/1");
  }

  private void passAndCheck(Duration duration) {
    time.pass(duration);
    watchdog.check(PHASE);
  }

  @Test
  void saysWhenWhichReplicaWasLastHeardOfAndWhereTheDumpsAre() {
    assertThatThrownBy(
            () ->
                watchdog.watch(
                    PHASE,
                    () -> {
                      time.pass(Duration.ofSeconds(10));
                      watchdog.minibatchesTaken("1", 7);
                      time.pass(Duration.ofSeconds(10));
                      watchdog.minibatchesTaken("0", 9);
                      passAndCheck(TIMEOUT);
                      return "done";
                    }))
        .isExactlyInstanceOf(HungException.class)
        .hasMessage(
            "Cannot finish epoch 3/20: train: no minibatch anywhere for 600 s"
                + " (training.watchdog.timeout) at 2025-11-25T01:10:20Z; last heard of: replica on"
                + " executor 0 at 2025-11-25T01:00:20Z, after 9 minibatches, replica on executor 1"
                + " at 2025-11-25T01:00:10Z, after 7 minibatches; thread dumps:"
                + " hdfs://a/run/thread-dumps/1");
  }

  @Test
  void namesAReplicaThatNeverGotToAMinibatch() {
    assertThatThrownBy(
            () ->
                watchdog.watch(
                    PHASE,
                    () -> {
                      watchdog.minibatchesTaken("0", 7);
                      watchdog.taskStarted("0");
                      return silence();
                    }))
        .hasMessageContaining(
            "; last heard of: replica on executor 0 at 2025-11-25T01:00:00Z, after 0 minibatches;");
  }

  @Test
  void saysSoWhenNoReplicaWasEverHeardOf() {
    assertThatThrownBy(() -> watchdog.watch(PHASE, () -> silence()))
        .hasMessageContaining("; last heard of: no replica; thread dumps: ");
  }

  private String silence() {
    passAndCheck(TIMEOUT);
    return "done";
  }

  @Test
  void everyNewMinibatchOfOneReplicaIsProgressOfAll() {
    assertThat(
            watchdog.watch(
                PHASE,
                () -> {
                  for (int minibatch = 1; minibatch <= 5; minibatch++) {
                    watchdog.minibatchesTaken("0", minibatch);
                    passAndCheck(TIMEOUT.minusMillis(1));
                  }
                  return "done";
                }))
        .isEqualTo("done");
    assertThat(dumps).isEmpty();
    assertThat(cancellations).isEmpty();
  }

  @Test
  void aTaskThatEndsIsProgress() {
    watchdog.watch(
        PHASE,
        () -> {
          time.pass(TIMEOUT.minusMillis(1));
          watchdog.taskEnded();
          passAndCheck(TIMEOUT.minusMillis(1));
          return "done";
        });
    assertThat(cancellations).isEmpty();
  }

  @Test
  void aHeartbeatWithoutANewMinibatchIsNot() {
    assertThatThrownBy(
            () ->
                watchdog.watch(
                    PHASE,
                    () -> {
                      watchdog.minibatchesTaken("0", 4);
                      time.pass(TIMEOUT.dividedBy(2));
                      watchdog.minibatchesTaken("0", 4);
                      passAndCheck(TIMEOUT.dividedBy(2));
                      return "done";
                    }))
        .hasMessageContaining("executor 0 at 2025-11-25T01:00:00Z, after 4 minibatches;");
  }

  @Test
  void raisesTheAlarmOnceAndThenCancelsTheJobs() {
    assertThatThrownBy(
            () ->
                watchdog.watch(
                    PHASE,
                    () -> {
                      silence();
                      silence();
                      throw new IllegalArgumentException("job cancelled");
                    }))
        .isExactlyInstanceOf(HungException.class)
        .hasMessageStartingWith("Cannot finish epoch 3/20: train: no minibatch anywhere for 600 s");
    assertThat(dumps).containsExactly(Instant.parse("2025-11-25T01:10:00.5Z"));
    assertThat(cancellations).hasSize(1);
  }

  @Test
  void leavesOtherFailuresAsTheyAre() {
    IllegalArgumentException failure = new IllegalArgumentException("the loss is NaN");
    assertThatThrownBy(
            () ->
                watchdog.watch(
                    PHASE,
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
  }

  @Test
  void timeBetweenTwoPhasesDoesNotCount() {
    watchdog.watch(PHASE, () -> "done");
    time.pass(TIMEOUT);
    watchdog.watch(
        PHASE,
        () -> {
          watchdog.check(PHASE);
          return "done";
        });
    assertThat(dumps).isEmpty();
  }

  @Test
  void cancelsTheJobsAlsoWhenThereAreNoDumps() {
    Watchdog withoutDisk =
        new Watchdog(
            TIMEOUT,
            time,
            now -> {
              throw new IllegalStateException("Cannot write thread dumps to hdfs://a: no space");
            },
            () -> cancellations.add(time.instant()));
    assertThatThrownBy(
            () ->
                withoutDisk.watch(
                    PHASE,
                    () -> {
                      time.pass(TIMEOUT);
                      withoutDisk.check(PHASE);
                      return "done";
                    }))
        .hasMessageEndingWith("no replica; Cannot write thread dumps to hdfs://a: no space");
    assertThat(cancellations).hasSize(1);
  }
}
