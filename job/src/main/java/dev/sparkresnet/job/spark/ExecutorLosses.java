package dev.sparkresnet.job.spark;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;

/** Hears from Spark which executors an application has lost. */
public final class ExecutorLosses extends SparkListener {
  private final List<String> losses = new CopyOnWriteArrayList<>();

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    losses.add("executor %s was lost: %s".formatted(removed.executorId(), removed.reason()));
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
    List<String> later = losses.subList(count, losses.size());
    return later.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", later));
  }
}
