package dev.sparkresnet.job.watch;

import java.util.Locale;

/** The time since it was made. */
public final class Stopwatch {
  private final long begin = System.nanoTime();

  public double seconds() {
    return (System.nanoTime() - begin) / 1e9;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.1f s", seconds());
  }
}
