package dev.sparkresnet.job.monitoring;

import com.codahale.metrics.MetricRegistry;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.StepProgress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The numbers of a run that the driver shows. Their names are a contract with the dashboards of
 * others; {@code conf/prometheus.yml} lists them with their units.
 */
public final class RunGauges {
  /** Those of an executor that are summed up over all that the run has had. */
  private static final List<String> TOTALS =
      List.of(ReplicaFigures.MINIBATCHES, ReplicaFigures.SENT_BYTES, ReplicaFigures.RECEIVED_BYTES);

  private final Gauges gauges;
  private final InstantSource time;
  private final Map<String, Map<String, Double>> executors = new HashMap<>();
  private final Set<String> lostExecutors = new HashSet<>();
  private int checkpoints;
  private volatile Instant lastCheckpoint;

  /**
   * Shows what is known of a run that has not begun.
   *
   * @param registry where Spark looks for them
   */
  RunGauges(MetricRegistry registry, InstantSource time) {
    this.gauges = new Gauges(registry);
    this.time = time;
    gauges.show("epoch", 0);
    gauges.show("step", 0);
    gauges.show("epochs_complete", 0);
    gauges.show("checkpoints", 0);
    gauges.show("roll_backs", 0);
    gauges.show("executor_losses", 0);
  }

  /** How many replicas train. */
  public void replicas(int count) {
    gauges.show("replicas", count);
  }

  /** How far the replicas have come within an epoch. */
  public void progress(StepProgress progress) {
    gauges.show("epoch", progress.epoch());
    gauges.show("epochs", progress.epochs());
    gauges.show("step", (double) progress.step());
    gauges.show("steps", (double) progress.steps());
    gauges.show("train_loss", progress.loss());
    gauges.show("train_accuracy", progress.accuracy());
    gauges.show("learning_rate", progress.learningRate());
    gauges.show("examples_per_second", progress.examplesPerSecond());
  }

  /** The epochs of the run that are complete, those before a resume included. */
  public void history(List<EpochMetrics> epochs) {
    gauges.show("epochs_complete", epochs.size());
    if (epochs.isEmpty()) {
      gauges.hide("test_loss");
      gauges.hide("test_accuracy");
      return;
    }
    EpochMetrics last = epochs.get(epochs.size() - 1);
    gauges.show("test_loss", last.testLoss());
    gauges.show("test_accuracy", last.testAccuracy());
  }

  /** How long the others waited for the slowest replica in the last steps. */
  public void straggler(double seconds) {
    gauges.show("straggler_wait_seconds", seconds);
  }

  /**
   * A checkpoint was published just now.
   *
   * @param epochs that are complete in it
   */
  public synchronized void checkpoint(int epochs) {
    checkpoints++;
    lastCheckpoint = time.instant();
    gauges.show("checkpoints", checkpoints);
    gauges.show("checkpoint_epoch", epochs);
    gauges.showCurrent("checkpoint_age_seconds", this::secondsSinceCheckpoint);
  }

  private double secondsSinceCheckpoint() {
    return Duration.between(lastCheckpoint, time.instant()).toMillis() / 1e3;
  }

  /** How often the run has gone back to a checkpoint because it diverged. */
  public void rollBacks(int count) {
    gauges.show("roll_backs", count);
  }

  /** Takes what an executor says of itself; executors have no page that could be asked. */
  synchronized void executorTells(ExecutorFigures figures) {
    if (lostExecutors.contains(figures.executor())) {
      return;
    }
    executors.put(figures.executor(), figures.values());
    figures
        .values()
        .forEach((name, value) -> gauges.show(prefix(figures.executor()) + name, value));
    TOTALS.forEach(this::showTotal);
  }

  private void showTotal(String name) {
    executors.values().stream()
        .filter(values -> values.containsKey(name))
        .mapToDouble(values -> values.get(name))
        .reduce(Double::sum)
        .ifPresent(total -> gauges.show(name, total));
  }

  /** Shows nothing more of an executor that is gone; what it did stays in the totals. */
  synchronized void executorLost(String executor) {
    lostExecutors.add(executor);
    gauges.hideAll(prefix(executor));
    gauges.show("executor_losses", lostExecutors.size());
  }

  private static String prefix(String executor) {
    return "executor." + executor + ".";
  }
}
