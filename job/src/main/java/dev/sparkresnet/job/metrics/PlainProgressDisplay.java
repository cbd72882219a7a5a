package dev.sparkresnet.job.metrics;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Lines for a log file or a pipe: one whenever another tenth of the task is done. */
final class PlainProgressDisplay implements ProgressDisplay {
  private static final int LINES = 10;

  private final String task;
  private final long total;
  private final PrintStream out;
  private final Clock clock;
  private final Instant start;
  private long tenths;

  PlainProgressDisplay(String task, long total, PrintStream out, Clock clock) {
    this.task = task;
    this.total = total;
    this.out = out;
    this.clock = clock;
    this.start = clock.instant();
  }

  @Override
  public void stepTo(long done) {
    if (total <= 0 || done * LINES / total <= tenths) {
      return;
    }
    tenths = done * LINES / total;
    Duration spent = Duration.between(start, clock.instant());
    long secondsLeft = spent.toMillis() * (total - done) / done / 1000;
    out.printf(Locale.ROOT, "%s: %d %%, %d s left%n", task, 100 * done / total, secondsLeft);
  }

  @Override
  public void remark(String text) {
    out.println(text);
  }

  @Override
  public void close() {
    Duration spent = Duration.between(start, clock.instant());
    out.printf(Locale.ROOT, "%s: took %d s%n", task, spent.toSeconds());
  }
}
