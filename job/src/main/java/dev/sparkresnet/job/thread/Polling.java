package dev.sparkresnet.job.thread;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Bounded waits for what Spark gives no signal of. */
public final class Polling {
  private static final int MILLIS = 10;

  private Polling() {}

  /**
   * Waits until the condition holds.
   *
   * @param purpose what the wait is for, as it goes after "Cannot"
   * @return whether it holds, false after the time
   * @throws IllegalStateException if the thread is interrupted
   */
  public static boolean until(BooleanSupplier condition, Duration bound, String purpose) {
    long deadline = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      try {
        Thread.sleep(MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Cannot " + purpose + ": interrupted", e);
      }
    }
    return true;
  }
}
