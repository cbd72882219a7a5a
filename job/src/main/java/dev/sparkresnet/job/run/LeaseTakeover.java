package dev.sparkresnet.job.run;

import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.run.LeaseRecords.Entry;
import dev.sparkresnet.job.storage.Pause;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a driver comes by the lease of a run. */
final class LeaseTakeover {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseTakeover.class);

  /** How often a driver that waits looks. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final RunDirectory run;
  private final LeaseRecords records;
  private final Pause pause;

  LeaseTakeover(RunDirectory run, LeaseRecords records, Pause pause) {
    this.run = run;
    this.records = records;
    this.pause = pause;
  }

  /**
   * Takes the number after the highest, once that is free.
   *
   * @throws UserErrorException if the driver before lives, or no number is left
   */
  int take(LeaseRecord self) {
    while (true) {
      Optional<Entry> last = records.newest();
      last.ifPresent(this::awaitEnd);
      int next = last.map(this::numberAfter).orElse(1);
      if (records.create(next, self)) {
        return next;
      }
    }
  }

  private int numberAfter(Entry last) {
    if (last.number() == LeaseRecords.LAST) {
      throw new UserErrorException(
          String.format(
              "Cannot train in %s: the number of %s is the last there is; remove it if no driver"
                  + " is writing the run",
              run.path(), last));
    }
    return last.number() + 1;
  }

  private void awaitEnd(Entry last) {
    Optional<LeaseRecord> driver = last.driver();
    if (driver.filter(LeaseRecord::hasEnded).isPresent()) {
      return;
    }
    if (driver.filter(LeaseRecord::isGone).isPresent()) {
      LOG.info("{}: taking over from {}, whose process is gone", run.path(), last);
      return;
    }
    LOG.info(
        "{}: waiting up to {} s to see whether {} still lives",
        run.path(),
        RunLease.STALE.toSeconds(),
        last);
    watch(last);
  }

  /**
   * Counts its looks, so that time in which this process stood still is not held against others.
   */
  private void watch(Entry last) {
    for (long looks = RunLease.STALE.dividedBy(LOOK); looks > 0; looks--) {
      look(LOOK);
      Optional<Entry> now = records.newest();
      if (now.filter(last::equals).isEmpty()) {
        now.filter(entry -> entry.number() == last.number()).ifPresent(this::requireEnded);
        return;
      }
    }
    LOG.info(
        "{}: taking over from {}, which did not renew its lease for {} s",
        run.path(),
        last,
        RunLease.STALE.toSeconds());
  }

  private void look(Duration after) {
    try {
      pause.last(after);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          String.format("Cannot train in %s: interrupted while waiting for its lease", run.path()),
          e);
    }
  }

  private void requireEnded(Entry entry) {
    if (entry.driver().filter(LeaseRecord::hasEnded).isEmpty()) {
      throw new UserErrorException(
          String.format(
              "Cannot train in %s: %s is writing it, renewed its lease while we watched; wait for"
                  + " its end, end it, or set another training.run-directory",
              run.path(), entry));
    }
  }
}
