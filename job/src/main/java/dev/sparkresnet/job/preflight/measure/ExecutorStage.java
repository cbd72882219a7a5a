package dev.sparkresnet.job.preflight.measure;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.sparkresnet.job.spark.BarrierStage;
import dev.sparkresnet.job.spark.ClusterSession;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;

/**
 * Something that every executor does once and at the same time: tasks as training has them, one for
 * each.
 */
public final class ExecutorStage {
  /** What an executor does. */
  @FunctionalInterface
  interface Work<T> extends Serializable {
    public T run(int task);
  }

  private ExecutorStage() {}

  /**
   * Runs as many tasks as there are executors.
   *
   * @return the results in the order of the tasks, or why there are none within the time
   * @throws IllegalStateException if this thread is interrupted
   */
  public static <T> Measured<List<T>> run(
      ClusterSession session, int executors, Work<T> work, Duration bound) {
    Future<List<T>> answers =
        BarrierStage.of(
                BarrierStage.numbers(session.context(), executors),
                number -> work.run(number.next()))
            .collectAsync();
    try {
      return Measured.of(answers.get(bound.toMillis(), MILLISECONDS));
    } catch (TimeoutException e) {
      answers.cancel(true);
      return Measured.not(
          String.format(
              Locale.ROOT, "hangs: not all executors answered within %d s", bound.toSeconds()));
    } catch (ExecutionException e) {
      return Measured.not(session.explain("preflight", e).getMessage());
    } catch (InterruptedException e) {
      answers.cancel(true);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot finish preflight: interrupted", e);
    }
  }
}
