package dev.sparkresnet.job.watch;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.sparkresnet.job.failure.StoppedException;
import dev.sparkresnet.job.thread.DaemonThreads;
import java.io.Closeable;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;

/**
 * The time that a run may take ({@code training.stop-after}).
 *
 * <p>A stretch that would not end in time is not begun, since one that is cut short cannot go on
 * exactly as if it had not been. If a stretch takes longer than those before, it is cut short.
 */
public final class TimeBudget implements Closeable {
  private static final String SETTING = "training.stop-after = %d s";

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("stop-after"));
  private final Duration limit;
  private final Stopwatch spent = new Stopwatch();
  private double longest;

  /**
   * Starts the clock.
   *
   * @param limit zero for none
   * @param stop made when the time is over
   */
  public TimeBudget(Duration limit, StopRequest stop) {
    this.limit = limit;
    if (isLimited()) {
      ScheduledFuture<?> unused =
          clock.schedule(
              () -> stop.make(String.format(Locale.ROOT, SETTING, limit.toSeconds())),
              limit.toMillis(),
              MILLISECONDS);
    }
  }

  private boolean isLimited() {
    return !limit.isZero();
  }

  /** Takes note of how long a stretch took, with everything that belongs to it. */
  public void took(double seconds) {
    longest = Math.max(longest, seconds);
  }

  /**
   * Refuses to begin a stretch that would not end in time if it took as long as the longest.
   *
   * @param where the run stands, for the message
   * @throws StoppedException saying how much time is left
   */
  public void requireTimeForAnother(Object where) {
    double left = limit.toSeconds() - spent.seconds();
    if (isLimited() && left < longest) {
      throw new StoppedException(
          String.format(
              Locale.ROOT,
              "Stopped by "
                  + SETTING
                  + " after %s: the next stretch would take %.0f s, %.0f s are left; the same"
                  + " command goes on from there",
              limit.toSeconds(),
              where,
              longest,
              left));
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
