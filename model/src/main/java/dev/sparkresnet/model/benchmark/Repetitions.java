package dev.sparkresnet.model.benchmark;

import java.io.Serializable;
import java.util.Locale;
import java.util.function.IntConsumer;

/**
 * How often a benchmark does what it times.
 *
 * @param warmUp runs before the clock counts; the first one allocates
 * @param timed runs that count
 */
public record Repetitions(int warmUp, int timed) implements Serializable {
  private static final int SLOWNESS = 4;
  private static final int FEWEST_TIMED = 2;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public Repetitions {
    requireAtLeastOne("warm-up runs", warmUp);
    requireAtLeastOne("timed runs", timed);
  }

  private static void requireAtLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "Cannot run benchmark: %s must be at least 1, found %d", name, value));
    }
  }

  /** For what takes ten times as long: a quarter, of the timed runs at least two. */
  public Repetitions ofSlowWork() {
    return new Repetitions(
        Math.max(1, warmUp / SLOWNESS), Math.max(FEWEST_TIMED, timed / SLOWNESS));
  }

  /**
   * Does all runs.
   *
   * @param work gets the number of the run, from 0
   * @param onWarm what to do between the warm-up and the timed runs
   */
  public void run(IntConsumer work, Runnable onWarm) {
    for (int run = 0; run < warmUp; run++) {
      work.accept(run);
    }
    onWarm.run();
    for (int run = 0; run < timed; run++) {
      work.accept(warmUp + run);
    }
  }
}
