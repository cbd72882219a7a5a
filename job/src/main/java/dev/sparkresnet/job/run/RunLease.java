package dev.sparkresnet.job.run;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.sparkresnet.job.failure.MendableException;
import dev.sparkresnet.job.run.DriverRecords.Entry;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right of one driver to write to a run directory, which it keeps by saying again and again
 * that it lives.
 *
 * <p>Every driver takes the number after the highest in {@code drivers/}, and who has the highest
 * holds the lease. Of drivers that want the same number one gets it: that is one step on HDFS and
 * on a local file system (on NFS since version 3), though not on object stores. No driver ever
 * writes to the record of another, so one that was asleep for an hour and renews its lease does no
 * harm. The number after that of a driver is free once
 *
 * <ul>
 *   <li>its record says that it has ended,
 *   <li>or its process is known to be gone, which processes of the same machine can tell,
 *   <li>or its record did not change for as long as {@link #STALE}. The clocks of hosts may differ,
 *       so they are not compared: whoever comes later watches for that long.
 * </ul>
 *
 * <p>What no lease can give: a driver that stops right after {@link #requireHeld}, for longer than
 * {@link #STALE}, may publish one thing more when it wakes.
 */
public final class RunLease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunLease.class);

  /** Seldom enough for a NameNode that serves thousands of runs. */
  static final Duration RENEWAL = Duration.ofSeconds(10);

  /** Longer than the pauses of a driver that lives: full collections, a NameNode failing over. */
  static final Duration STALE = RENEWAL.multipliedBy(6);

  /** How often a driver that waits looks. */
  static final Duration LOOK = Duration.ofSeconds(1);

  private final RunDirectory run;
  private final DriverRecords records;
  private final int number;
  private final Runnable onLoss;
  private final ScheduledExecutorService beats =
      Executors.newSingleThreadScheduledExecutor(RunLease::newThread);
  private Driver self;
  private int missedRenewals;
  private String loss;
  private boolean closed;

  /** How a driver that waits lets time pass. */
  @FunctionalInterface
  interface Pause {
    void last(Duration time) throws InterruptedException;
  }

  private RunLease(RunDirectory run, int number, Driver self, Runnable onLoss) {
    this.run = run;
    this.records = new DriverRecords(run);
    this.number = number;
    this.self = self;
    this.onLoss = onLoss;
    ScheduledFuture<?> unused =
        beats.scheduleWithFixedDelay(
            this::renew, RENEWAL.toSeconds(), RENEWAL.toSeconds(), SECONDS);
  }

  private static Thread newThread(Runnable work) {
    Thread thread = new Thread(work, "run-lease");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Takes the lease of a run, if need be after a wait for a driver that may have died.
   *
   * @param application of Spark, for those who find the run taken
   * @param onLoss called once if another driver takes the lease, on any thread; is to end the work
   * @throws MendableException if another driver is writing the run
   * @throws UncheckedIOException if the run directory cannot be read or written
   */
  public static RunLease acquire(RunDirectory run, String application, Runnable onLoss) {
    return acquire(
        run, Driver.ofThisProcess(application), onLoss, time -> Thread.sleep(time.toMillis()));
  }

  static RunLease acquire(RunDirectory run, Driver self, Runnable onLoss, Pause pause) {
    DriverRecords records = new DriverRecords(run);
    while (true) {
      Optional<Entry> last = records.newest();
      last.ifPresent(entry -> awaitEnd(entry, run, pause));
      int next = last.map(Entry::number).orElse(0) + 1;
      if (records.create(next, self)) {
        return new RunLease(run, next, self, onLoss);
      }
    }
  }

  /** Returns when the number after this one may be taken. */
  private static void awaitEnd(Entry last, RunDirectory run, Pause pause) {
    Optional<Driver> driver = last.driver();
    if (driver.filter(Driver::hasEnded).isPresent()) {
      return;
    }
    if (driver.filter(Driver::isGone).isPresent()) {
      LOG.info("{}: taking over from {}, whose process is gone", run.path(), last);
      return;
    }
    LOG.info(
        "{}: waiting up to {} s to see whether {} still lives",
        run.path(),
        STALE.toSeconds(),
        last);
    watch(last, run, pause);
  }

  /**
   * Counts its looks, so that time in which this process stood still is not held against others.
   */
  private static void watch(Entry last, RunDirectory run, Pause pause) {
    DriverRecords records = new DriverRecords(run);
    for (long looks = STALE.dividedBy(LOOK); looks > 0; looks--) {
      sleep(pause, run);
      Optional<Entry> now = records.newest();
      if (now.filter(last::equals).isEmpty()) {
        now.filter(entry -> entry.number() == last.number()).ifPresent(entry -> refuse(entry, run));
        return;
      }
    }
    LOG.info(
        "{}: taking over from {}, which did not renew its lease for {} s",
        run.path(),
        last,
        STALE.toSeconds());
  }

  private static void refuse(Entry entry, RunDirectory run) {
    if (entry.driver().filter(Driver::hasEnded).isEmpty()) {
      throw new MendableException(
          String.format(
              "Cannot train in %s: %s is writing it, renewed its lease while we watched; wait for"
                  + " its end, end it, or set another training.run-directory",
              run.path(), entry));
    }
  }

  private static void sleep(Pause pause, RunDirectory run) {
    try {
      pause.last(LOOK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          String.format("Cannot train in %s: interrupted while waiting for its lease", run.path()),
          e);
    }
  }

  /** A beat of the lease. */
  void renew() {
    try {
      renewNow();
      missedRenewals = 0;
    } catch (RuntimeException e) {
      missedRenewals++;
      LOG.warn(
          "{}: the lease was not renewed for {} s, another driver may take it after {} s: {}",
          run.path(),
          missedRenewals * RENEWAL.toSeconds(),
          STALE.toSeconds(),
          e.getMessage());
    }
  }

  private synchronized void renewNow() {
    if (closed || isLost()) {
      return;
    }
    self = self.renewedNow();
    records.replace(number, self);
  }

  /** Looks who has the highest number. */
  private boolean isLost() {
    if (loss == null) {
      Optional<Entry> newest = records.newest();
      if (newest.flatMap(Entry::driver).filter(self::isSameAs).isEmpty()) {
        loss = newest.map(entry -> "taken over by " + entry).orElse("removed");
        LOG.error("{}: the lease of this driver was {}", run.path(), loss);
        onLoss.run();
      }
    }
    return loss != null;
  }

  /**
   * Makes sure, before something is published in the run directory, that this driver may do so, and
   * renews the lease.
   *
   * @throws IllegalStateException if another driver has the lease
   * @throws UncheckedIOException if that cannot be found out
   */
  public synchronized void requireHeld() {
    renewNow();
    if (isLost()) {
      throw lost(null);
    }
  }

  /**
   * Does work that {@code onLoss} ends.
   *
   * @throws IllegalStateException if the work failed and the lease was lost, whatever it failed
   *     with
   */
  public void guard(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      throw explain(e);
    }
  }

  private synchronized RuntimeException explain(RuntimeException failure) {
    return loss == null ? failure : lost(failure);
  }

  private IllegalStateException lost(RuntimeException failure) {
    return new IllegalStateException(
        String.format("Cannot write to run %s: its lease was %s", run.path(), loss), failure);
  }

  /** Lets the next driver have the lease, if this one still has it. */
  @Override
  public void close() {
    beats.shutdown();
    try {
      end();
    } catch (UncheckedIOException e) {
      LOG.warn("{}: the next driver will have to wait: {}", run.path(), e.getMessage());
    }
  }

  private synchronized void end() {
    if (!closed && !isLost()) {
      records.replace(number, self.endedNow());
    }
    closed = true;
  }
}
