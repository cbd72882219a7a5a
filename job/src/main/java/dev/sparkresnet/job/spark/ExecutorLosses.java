package dev.sparkresnet.job.spark;

import static java.util.stream.Collectors.joining;

import dev.sparkresnet.job.thread.Polling;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Hears from Spark which executors an application has lost. */
public final class ExecutorLosses extends SparkListener {
  /** Spark tells of the tasks of a lost executor a moment after it. */
  private static final Duration NEWS_OF_TASKS = Duration.ofSeconds(1);

  private final List<Loss> losses = new CopyOnWriteArrayList<>();

  /** Whether the executor that a task was lost with had ended by itself. */
  private final Map<String, Boolean> byItself = new ConcurrentHashMap<>();

  private record Loss(String executor, String reason) {
    @Override
    public String toString() {
      return "executor %s was lost: %s".formatted(executor, reason);
    }
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    losses.add(new Loss(removed.executorId(), removed.reason()));
  }

  /**
   * What becomes of the tasks of an executor tells whose doing its end was: Spark knows it of
   * containers that were preempted, of nodes that are decommissioned and of its own shrinking.
   */
  @Override
  public void onTaskEnd(SparkListenerTaskEnd ended) {
    if (ended.reason() instanceof ExecutorLostFailure lost) {
      byItself.put(lost.execId(), lost.exitCausedByApp());
    }
  }

  /** How many were lost until now. */
  public int count() {
    return losses.size();
  }

  /**
   * What was lost after some others.
   *
   * @param count of those, as {@link #count} gave it
   */
  public Optional<String> after(int count) {
    List<Loss> later = later(count);
    return later.isEmpty()
        ? Optional.empty()
        : Optional.of(later.stream().map(Loss::toString).collect(joining("; ")));
  }

  /**
   * Whether the cluster took back on purpose all that was lost after some others.
   *
   * @param count of those, as {@link #count} gave it
   */
  public boolean areTakenBack(int count) {
    List<String> executors = later(count).stream().map(Loss::executor).toList();
    boolean unused =
        Polling.until(
            () -> byItself.keySet().containsAll(executors),
            NEWS_OF_TASKS,
            "wait for what became of the tasks of lost executors");
    return !executors.isEmpty()
        && executors.stream().noneMatch(executor -> byItself.getOrDefault(executor, true));
  }

  private List<Loss> later(int count) {
    return List.copyOf(losses.subList(count, losses.size()));
  }
}
