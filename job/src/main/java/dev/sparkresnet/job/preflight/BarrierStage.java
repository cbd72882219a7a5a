package dev.sparkresnet.job.preflight;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.stream.Collectors.joining;

import java.io.Serializable;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * Something that every executor does once and at the same time: tasks as training has them, one for
 * each.
 */
final class BarrierStage {
  private static final int LINES_OF_REASON = 3;

  /** What an executor does. */
  @FunctionalInterface
  interface Work<T> extends Serializable {
    T run(int task);
  }

  private BarrierStage() {}

  /**
   * Runs as many tasks as there are executors.
   *
   * @return the results in the order of the tasks, or why there are none within the time
   * @throws IllegalStateException if this thread is interrupted
   */
  static <T> Measured<List<T>> run(
      JavaSparkContext spark, int executors, Work<T> work, Duration bound) {
    List<Integer> numbers = IntStream.range(0, executors).boxed().toList();
    ClassTag<T> anything = ClassTag$.MODULE$.apply(Object.class);
    RDD<T> results =
        spark
            .parallelize(numbers, executors)
            .rdd()
            .barrier()
            .mapPartitions(new Task<>(work), false, anything);
    Future<List<T>> answers = JavaRDD.fromRDD(results, anything).collectAsync();
    try {
      return Measured.of(answers.get(bound.toMillis(), MILLISECONDS));
    } catch (TimeoutException e) {
      answers.cancel(true);
      return Measured.not(
          "hangs: not all executors answered within %d s".formatted(bound.toSeconds()));
    } catch (ExecutionException e) {
      return Measured.not("no answer: " + reason(e.getCause()));
    } catch (InterruptedException e) {
      answers.cancel(true);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot finish preflight: interrupted", e);
    }
  }

  /** Spark says what happened after some lines of what it did about that. */
  private static String reason(Throwable failure) {
    return String.valueOf(failure.getMessage())
        .lines()
        .limit(LINES_OF_REASON)
        .map(String::strip)
        .collect(joining("; "));
  }

  private static final class Task<T>
      extends AbstractFunction1<scala.collection.Iterator<Integer>, scala.collection.Iterator<T>>
      implements Serializable {
    private final Work<T> work;

    Task(Work<T> work) {
      this.work = work;
    }

    @Override
    public scala.collection.Iterator<T> apply(scala.collection.Iterator<Integer> number) {
      T result = work.run(number.next());
      return JavaConverters.asScalaIterator(Collections.singletonList(result).iterator());
    }
  }
}
