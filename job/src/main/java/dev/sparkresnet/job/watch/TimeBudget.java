package dev.sparkresnet.job.watch;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.sparkresnet.job.failure.StoppedException;
import dev.sparkresnet.job.thread.DaemonThreads;
import java.io.Closeable;
import java.math.BigDecimal;
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
  private static final String SETTING = "training.stop-after = %s s";

  private static final int MILLIS = 3;

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
              () -> stop.make(String.format(Locale.ROOT, SETTING, text(limit))),
              limit.toMillis(),
              MILLISECONDS);
    }
  }

  /** In seconds, with as many decimals as it needs. */
  private static String text(Duration time) {
    return BigDecimal.valueOf(time.toMillis(), MILLIS).stripTrailingZeros().toPlainString();
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
    double left = limit.toMillis() / 1e3 - spent.seconds();
    if (isLimited() && left < longest) {
      throw new StoppedException(
          String.format(
              Locale.ROOT,
              "Stopped by "
                  + SETTING
                  + " after %s: the next stretch would take %.0f s, %.0f s are left; the same"
                  + " command goes on from there",
              text(limit),
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
