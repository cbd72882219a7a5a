package dev.sparkresnet.job.watch;

import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.util.LongAccumulator;
import scala.collection.JavaConverters;

/**
 * Hears from every executor how many minibatches its running tasks have taken.
 *
 * <p>Tasks count their minibatches in an accumulator, which every heartbeat of an executor carries
 * to the driver. That works for all phases of an epoch and every way to train, and does not depend
 * on the exchange of updates, which may itself be what hangs.
 */
public final class MinibatchListener extends SparkListener {
  private static final String COUNT = "minibatches";

  private final Observer observer;

  /** Who is told, on a thread of Spark that must not be kept waiting. */
  interface Observer {
    /** A task of any kind was started on an executor. */
    void taskStarted(String executor);

    /** So many minibatches were taken by the tasks that run on an executor. */
    void minibatchesTaken(String executor, long count);

    /** A task of any kind is done. */
    void taskEnded();
  }

  MinibatchListener(Observer observer) {
    this.observer = observer;
  }

  /** A counter for tasks, to be added to with every minibatch that they take. */
  public static LongAccumulator newCount(JavaSparkContext spark) {
    return spark.sc().longAccumulator(COUNT);
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    observer.taskStarted(start.taskInfo().executorId());
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    observer.taskEnded();
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate heartbeat) {
    List<Long> counts =
        JavaConverters.seqAsJavaList(heartbeat.accumUpdates()).stream()
            .flatMap(task -> JavaConverters.seqAsJavaList(task._4()).stream())
            .filter(accumulator -> accumulator.name().contains(COUNT))
            .map(MinibatchListener::value)
            .flatMap(Optional::stream)
            .toList();
    if (!counts.isEmpty()) {
      observer.minibatchesTaken(
          heartbeat.execId(), counts.stream().mapToLong(Long::longValue).sum());
    }
  }

  private static Optional<Long> value(AccumulableInfo accumulator) {
    return accumulator.update().isDefined()
        ? Optional.of((Long) accumulator.update().get())
        : Optional.empty();
  }
}
