package dev.sparkresnet.job.preflight.measure;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.sparkresnet.job.failure.Causes;
import dev.sparkresnet.job.failure.Reason;
import dev.sparkresnet.job.thread.DaemonThreads;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;

/**
 * A measurement that goes on in a thread of its own, so that several take no longer than the
 * longest and one that hangs is given up.
 */
public final class Measurement<T> {
  private final FutureTask<T> work;
  private final Duration bound;
  private final long deadline;

  private Measurement(FutureTask<T> work, Duration bound) {
    this.work = work;
    this.bound = bound;
    this.deadline = System.nanoTime() + bound.toNanos();
  }

  /** Begins to measure; whatever is thrown is what came of it. */
  public static <T> Measurement<T> start(String what, Duration bound, Callable<T> measure) {
    FutureTask<T> work = new FutureTask<>(measure);
    new DaemonThreads("preflight-" + what).newThread(work).start();
    return new Measurement<>(work, bound);
  }

  /**
   * Waits for what comes of it.
   *
   * @throws IllegalStateException if this thread is interrupted
   */
  public Measured<T> finish() {
    try {
      long left = Math.max(0, deadline - System.nanoTime());
      return Measured.of(work.get(left, NANOSECONDS));
    } catch (TimeoutException e) {
      work.cancel(true);
      return Measured.not("hangs: no result within %s s".formatted(bound.toMillis() / 1e3));
    } catch (ExecutionException e) {
      return Measured.not(reason(e.getCause()));
    } catch (InterruptedException e) {
      // The work goes on to its end, with what it has to put in order.
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot finish preflight: interrupted", e);
    }
  }

  /**
   * Errors of class loading say nothing but their first cause does, and seldom without its kind.
   */
  private static String reason(Throwable failure) {
    if (failure instanceof Exception) {
      return Reason.of(failure);
    }
    Throwable first = Causes.of(failure).reduce((outer, inner) -> inner).orElse(failure);
    return Reason.withKind(first);
  }
}
