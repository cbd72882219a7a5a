package dev.sparkresnet.job.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.failure.StoppedException;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.run.LeaseHolder.Impatient;
import dev.sparkresnet.job.storage.Pause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drivers of this process stand for drivers of other hosts: neither can tell of the other. */
class RunLeaseTest {
  private static final Configuration HADOOP = new Configuration();
  private static final Pause NONE =
      time -> {
        throw new AssertionError("it waits");
      };

  @TempDir Path parent;

  private final List<String> losses = new ArrayList<>();
  private final List<RunLease> leases = new ArrayList<>();
  private RunDirectory run;
  private Duration waited = Duration.ZERO;

  @BeforeEach
  void nameRun() {
    run = new RunDirectory(new org.apache.hadoop.fs.Path(parent.toUri() + "/run"), HADOOP);
  }

  @AfterEach
  void close() {
    leases.forEach(RunLease::close);
  }

  private RunLease acquire(LeaseRecord driver, Pause pause) {
    RunLease lease =
        RunLease.acquire(
            run,
            driver,
            () -> losses.add(driver.application()),
            time -> {
              waited = waited.plus(time);
              pause.last(time);
            });
    leases.add(lease);
    return lease;
  }

  private static LeaseRecord driver(String application) {
    return LeaseRecord.ofThisProcess(application);
  }

  /** A driver with everything that a message says of it. */
  private static LeaseRecord elsewhere(String host, long process, String application) {
    return new LeaseRecord(
        host + "-" + process,
        host,
        process,
        "2025-11-25T01:00:00Z",
        "another boot/pid:[1]",
        application,
        "2025-11-25T01:00:01Z",
        0,
        "2025-11-25T01:00:01Z",
        null);
  }

  private Path record(int number) {
    return parent.resolve(String.format(Locale.ROOT, "run/drivers/driver-%04d.json", number));
  }

  private List<String> records() throws IOException {
    try (Stream<Path> files = Files.list(parent.resolve("run/drivers"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private LeaseRecord written(int number) throws IOException {
    return LeaseRecord.fromJson(Files.readString(record(number))).orElseThrow();
  }

  @Test
  void saysWhoWritesTheRunAndSinceWhen() throws IOException {
    LeaseRecord driver = driver("app-1");
    acquire(driver, NONE);
    assertThat(written(1)).isEqualTo(driver);
    assertThat(driver.process()).isEqualTo(ProcessHandle.current().pid());
    assertThat(records()).containsExactly("driver-0001.json");
  }

  @Test
  void countsItsRenewals() throws IOException {
    RunLease lease = acquire(driver("app-1"), NONE);
    lease.renew();
    lease.renew();
    assertThat(written(1).renewals()).isEqualTo(2);
    assertThat(records()).containsExactly("driver-0001.json");
  }

  @Test
  void theNextDriverNeedNotWaitForOneThatHasEnded() throws IOException {
    acquire(driver("app-1"), NONE).close();
    acquire(driver("app-2"), NONE);
    assertThat(written(1).hasEnded()).isTrue();
    assertThat(written(2).application()).isEqualTo("app-2");
    assertThat(written(2).hasEnded()).isFalse();
  }

  @Test
  void isRefusedWhileAnotherDriverRenewsIt() throws IOException {
    RunLease first = acquire(elsewhere("node7", 4711, "app-1"), NONE);
    assertThatThrownBy(() -> acquire(elsewhere("node8", 4712, "app-2"), time -> first.renew()))
        .isInstanceOf(UserErrorException.class)
        .hasMessage(
            "Cannot train in file:"
                + parent
                + "/run: driver on host node7 (process 4711, application app-1) is writing it,"
                + " renewed its lease while we watched; wait for its end, end it, or set another"
                + " training.run-directory");
    assertThat(waited).isEqualTo(Duration.ofSeconds(1));
    assertThat(records()).containsExactly("driver-0001.json");
    first.requireHeld();
  }

  @Test
  void passesToAnotherDriverAfterAMinuteWithoutRenewal() throws IOException {
    RunLease first = acquire(elsewhere("node7", 4711, "app-1"), NONE);
    RunLease second = acquire(elsewhere("node8", 4712, "app-2"), time -> {});
    assertThat(waited).isEqualTo(Duration.ofSeconds(60));
    assertThat(losses).isEmpty();
    second.requireHeld();
    assertThatThrownBy(first::requireHeld)
        .isExactlyInstanceOf(StoppedException.class)
        .hasMessage(
            "Cannot write to run file:"
                + parent
                + "/run: its lease was taken over by driver on host node8 (process 4712, application"
                + " app-2)");
  }

  @Test
  void aDriverThatWakesUpEndsItsWorkAndLeavesTheOtherAlone() throws IOException {
    RunLease first = acquire(driver("app-1"), NONE);
    acquire(driver("app-2"), time -> {});
    LeaseRecord before = written(2);
    first.renew();
    first.renew();
    first.close();
    assertThat(losses).containsExactly("app-1", "app-1");
    assertThat(written(2)).isEqualTo(before);
    assertThat(written(1).renewals()).isZero();
    assertThat(written(1).hasEnded()).isFalse();
  }

  @Test
  void passesToADriverThatWaitsAsSoonAsTheOtherHasEnded() throws IOException {
    RunLease first = acquire(driver("app-1"), NONE);
    acquire(driver("app-2"), time -> first.close()).requireHeld();
    assertThat(waited).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aDriverThatWaitsIsNotMisledByAThirdOne() {
    acquire(elsewhere("node7", 4711, "app-1"), NONE);
    RunLease[] third = new RunLease[1];
    Pause lastLook =
        time -> {
          if (waited.equals(RunLease.STALE)) {
            third[0] = acquire(elsewhere("node9", 4713, "app-3"), unused -> {});
          } else if (third[0] != null) {
            third[0].renew();
          }
        };
    assertThatThrownBy(() -> acquire(driver("app-2"), lastLook))
        .hasMessageContaining("driver on host node9 (process 4713, application app-3) is writing");
  }

  @Test
  void passesAtOnceFromAProcessOfThisMachineThatWasKilled() throws Exception {
    LeaseHolder holder = LeaseHolder.start();
    try {
      holder.take(run.path().toString());
      assertThat(holder.holds()).isTrue();
      assertThatThrownBy(() -> acquire(driver("app-2"), Impatient.PAUSE))
          .isInstanceOf(Impatient.class);
    } finally {
      holder.kill();
    }
    acquire(driver("app-2"), NONE).requireHeld();
    assertThat(written(1).process()).isEqualTo(holder.pid());
    assertThat(written(2).application()).isEqualTo("app-2");
  }

  @Test
  void passesAtOnceFromAProcessWhoseNumberAnotherHasNow() throws IOException {
    LeaseRecord self = driver("app-1");
    LeaseRecord before =
        new LeaseRecord(
            "another",
            self.host(),
            self.process(),
            "2025-11-25T01:00:00Z",
            self.processes(),
            "app-0",
            self.since(),
            0,
            self.renewed(),
            null);
    Files.createDirectories(record(1).getParent());
    Files.write(record(1), before.toJson());
    acquire(self, NONE).requireHeld();
  }

  @Test
  void endsWithTheLastNumber() throws IOException {
    Files.createDirectories(record(1).getParent());
    Files.write(record(999_999_999), driver("app-1").endedNow().toJson());
    assertThatThrownBy(() -> acquire(driver("app-2"), NONE))
        .isInstanceOf(UserErrorException.class)
        .hasMessageStartingWith("Cannot train in file:" + parent + "/run: the number of driver on")
        .hasMessageEndingWith(" is the last there is; remove it if no driver is writing the run");
  }

  /** As in a container, or on a host of the same name. */
  @Test
  void aProcessThatCannotBeSeenFromHereIsNotTakenForDead() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Files.createDirectories(record(1).getParent());
    Files.write(record(1), elsewhere(driver("app-1").host(), dead.pid(), "app-1").toJson());
    acquire(driver("app-2"), time -> {});
    assertThat(waited).isEqualTo(RunLease.STALE);
  }

  @Test
  void aRecordThatIsNoneIsWatchedLikeAnyOther() throws IOException {
    Files.createDirectories(record(1).getParent());
    Files.writeString(record(1), "{\"id\": \"");
    acquire(driver("app-2"), time -> {}).requireHeld();
    assertThat(waited).isEqualTo(RunLease.STALE);
    assertThat(records()).containsExactly("driver-0001.json", "driver-0002.json");
  }

  @Test
  void doesNotRepeatWhatAForeignRecordSays() throws IOException {
    String json = new String(driver("app-1").toJson(), UTF_8);
    Files.createDirectories(record(3).getParent());
    Files.writeString(record(3), json.replace("app-1", "app\\u001b[2J"));
    assertThatThrownBy(
            () ->
                acquire(
                    driver("app-2"),
                    time -> writeString(record(3), json.replace("app-1", "app\\u001b[3J"))))
        .hasMessageStartingWith(
            "Cannot train in file:"
                + parent
                + "/run: an unknown driver (driver-0003.json) is writing it, renewed its lease");
  }

  private static void writeString(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aRunThatWasRemovedAndBegunAnewIsLeftToTheNewDriver() throws IOException {
    RunLease old = acquire(driver("app-1"), NONE);
    Files.delete(record(1));
    RunLease fresh = acquire(elsewhere("node8", 4712, "app-2"), NONE);
    LeaseRecord before = written(1);
    old.renew();
    assertThat(losses).containsExactly("app-1");
    assertThat(written(1)).isEqualTo(before);
    fresh.requireHeld();
  }

  @Test
  void aRunThatWasRemovedIsNotWrittenAgain() throws IOException {
    RunLease lease = acquire(driver("app-1"), NONE);
    Files.delete(record(1));
    assertThatThrownBy(lease::requireHeld)
        .hasMessage("Cannot write to run file:" + parent + "/run: its lease was removed");
    assertThat(records()).isEmpty();
  }

  @Test
  void workThatFailsForItsOwnReasonSaysSo() {
    RunLease lease = acquire(driver("app-1"), NONE);
    IllegalStateException reason = new IllegalStateException("Cannot do that");
    assertThatThrownBy(() -> lease.guard(() -> fail(reason))).isSameAs(reason);
  }

  @Test
  void workThatFailsBecauseTheLeaseIsLostSaysThat() {
    RunLease lease = acquire(driver("app-1"), NONE);
    acquire(elsewhere("node8", 4712, "app-2"), time -> {});
    lease.renew();
    IllegalStateException cancelled = new IllegalStateException("Job 3 was cancelled");
    assertThatThrownBy(() -> lease.guard(() -> fail(cancelled)))
        .hasMessageStartingWith("Cannot write to run file:" + parent + "/run: its lease was taken")
        .hasCause(cancelled);
  }

  private static void fail(RuntimeException reason) {
    throw reason;
  }
}
