package dev.sparkresnet.job.run;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.sparkresnet.job.failure.StoppedException;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.run.LeaseRecords.Entry;
import dev.sparkresnet.job.storage.Pause;
import dev.sparkresnet.job.thread.DaemonThreads;
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
 * holds the lease. Of drivers that want the same number one gets it: taking it is one step on HDFS
 * and on a local file system (on NFS since version 3), though not on object stores. No driver
 * writes to the record of another, so one that was asleep for an hour does no harm when it renews
 * its lease. The number after that of a driver is free once
 *
 * <ul>
 *   <li>its record says that it has ended,
 *   <li>or its process is known to be gone, which processes of the same machine can tell,
 *   <li>or its record did not change for a minute. The clocks of hosts may differ, so they are not
 *       compared: whoever comes later watches for that long.
 * </ul>
 *
 * <p>What no lease can give: a driver that stands still for longer than that right after {@link
 * #requireHeld} may publish one thing more when it wakes.
 */
public final class RunLease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunLease.class);

  /** Seldom enough for a NameNode that serves thousands of runs. */
  private static final Duration RENEWAL = Duration.ofSeconds(10);

  /** Longer than the pauses of a driver that lives: full collections, a NameNode failing over. */
  static final Duration STALE = RENEWAL.multipliedBy(6);

  private final RunDirectory run;
  private final LeaseRecords records;
  private final int number;
  private final Runnable onLoss;
  private final ScheduledExecutorService beats =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("run-lease"));
  private LeaseRecord self;
  private int missedRenewals;
  private String loss;
  private boolean closed;

  private RunLease(
      RunDirectory run, LeaseRecords records, int number, LeaseRecord self, Runnable onLoss) {
    this.run = run;
    this.records = records;
    this.number = number;
    this.self = self;
    this.onLoss = onLoss;
    long seconds = RENEWAL.toSeconds();
    ScheduledFuture<?> unused =
        beats.scheduleWithFixedDelay(this::renew, seconds, seconds, SECONDS);
  }

  /**
   * Takes the lease of a run, if need be after a wait for a driver that may have died.
   *
   * @param application of Spark, for those who find the run taken
   * @param onLoss is to end the work once another driver has the lease; called every few seconds
   *     until the lease is closed, since there may be nothing to end just then
   * @throws UserErrorException if another driver is writing the run
   * @throws UncheckedIOException if the run directory cannot be read or written
   */
  public static RunLease acquire(RunDirectory run, String application, Runnable onLoss) {
    return acquire(
        run, LeaseRecord.ofThisProcess(application), onLoss, time -> Thread.sleep(time.toMillis()));
  }

  static RunLease acquire(RunDirectory run, LeaseRecord self, Runnable onLoss, Pause pause) {
    LeaseRecords records = new LeaseRecords(run);
    int number = new LeaseTakeover(run, records, pause).take(self);
    return new RunLease(run, records, number, self, onLoss);
  }

  /** A beat of the lease. What fails is tried again at the next. */
  void renew() {
    try {
      renewOrEndWork();
      missedRenewals = 0;
    } catch (RuntimeException e) {
      missedRenewals++;
      LOG.warn(
          "{}: the lease was not renewed for {} s, after {} s another driver may take it: {}",
          run.path(),
          missedRenewals * RENEWAL.toSeconds(),
          STALE.toSeconds(),
          e.getMessage());
    }
  }

  private synchronized void renewOrEndWork() {
    if (closed) {
      return;
    }
    if (isLost()) {
      onLoss.run();
      return;
    }
    self = self.renewedNow();
    records.replace(number, self);
  }

  /** Whether another driver has the highest number; what is lost stays so. */
  private boolean isLost() {
    if (loss == null) {
      Optional<Entry> newest = records.newest();
      if (newest.flatMap(Entry::driver).filter(self::isSameAs).isEmpty()) {
        loss = newest.map(entry -> "taken over by " + entry).orElse("removed");
        LOG.warn("{}: the lease of this driver was {}", run.path(), loss);
      }
    }
    return loss != null;
  }

  /**
   * Makes sure, before something is published in the run directory, that this driver may do so, and
   * renews the lease.
   *
   * @throws StoppedException if another driver has the lease
   * @throws UncheckedIOException if that cannot be found out
   */
  public synchronized void requireHeld() {
    renewOrEndWork();
    if (isLost()) {
      throw lost(null);
    }
  }

  /**
   * Does the work of the run.
   *
   * @throws StoppedException if the work failed and the lease was lost, whatever it failed with
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

  private StoppedException lost(RuntimeException failure) {
    return new StoppedException(
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
