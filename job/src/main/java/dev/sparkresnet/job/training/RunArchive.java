package dev.sparkresnet.job.training;

import dev.sparkresnet.job.checkpoint.Checkpoint;
import dev.sparkresnet.job.checkpoint.CheckpointStore;
import dev.sparkresnet.job.checkpoint.ParameterLayout;
import dev.sparkresnet.job.checkpoint.StoredCheckpoint;
import dev.sparkresnet.job.config.CheckpointConfig;
import dev.sparkresnet.job.failure.OptionalWork;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.LearningCurve;
import dev.sparkresnet.job.metrics.MetricsFile;
import dev.sparkresnet.job.metrics.RunResult;
import dev.sparkresnet.job.run.RunDirectory;
import dev.sparkresnet.job.run.RunLease;
import dev.sparkresnet.job.storage.StorageRetry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run keeps in its directory: checkpoints, metrics, learning curve and result. Nothing is
 * published without the lease, and what fails on the way is tried again while it may heal.
 */
final class RunArchive {
  private static final Logger LOG = LoggerFactory.getLogger(RunArchive.class);

  private final RunDirectory directory;
  private final RunLease lease;
  private final CheckpointConfig retention;
  private final StorageRetry retry;
  private final CheckpointStore checkpoints;
  private final OptionalWork curve =
      new OptionalWork("The learning curve is not drawn, the metrics are complete without it");
  private final AtomicInteger published = new AtomicInteger();

  RunArchive(
      RunDirectory directory, RunLease lease, CheckpointConfig retention, StorageRetry retry) {
    this.directory = directory;
    this.lease = lease;
    this.retention = retention;
    this.retry = retry;
    this.checkpoints =
        retry.call(
            "opening the checkpoints",
            () -> new CheckpointStore(directory.hadoop(), directory.path(), lease::requireHeld));
  }

  /** The newest checkpoint that is whole, if there is any checkpoint. */
  Optional<StoredCheckpoint> newest() {
    return retry.call("reading the newest checkpoint", checkpoints::newestWhole);
  }

  /**
   * Copies the state of a checkpoint into a network.
   *
   * @return the threshold that the encoding goes on with
   */
  double restore(StoredCheckpoint checkpoint, ComputationGraph network) {
    return retry
        .call("restoring a checkpoint", () -> checkpoints.restore(checkpoint, network))
        .threshold();
  }

  /** Publishes a checkpoint, what its metrics say, and removes those that are obsolete. */
  void publish(Checkpoint checkpoint, ParameterLayout layout) {
    LOG.info(
        "checkpoint {}",
        retry.call("writing a checkpoint", () -> checkpoints.write(checkpoint, layout)));
    int unused = published.incrementAndGet();
    if (checkpoint.progress().position().isBetweenEpochs()) {
      publish(checkpoint.metrics());
    }
    retry.run("removing old checkpoints", () -> checkpoints.removeObsolete(retention, checkpoint));
  }

  /** Publishes the metrics of a run, if there are any. */
  void publish(List<EpochMetrics> metrics) {
    if (metrics.isEmpty()) {
      return;
    }
    String path = directory.path().toString();
    retry.run(
        "writing the metrics",
        () -> {
          lease.requireHeld();
          new MetricsFile(directory.hadoop(), path).write(metrics);
        });
    lease.requireHeld();
    curve.attempt(() -> new LearningCurve(directory.hadoop(), path).write(metrics));
  }

  /** How many checkpoints this driver has published. */
  int published() {
    return published.get();
  }

  /** Publishes how the run ended, if it can; a run does not fail for want of it. */
  void publish(RunResult result) {
    try {
      retry.run(
          "writing the result",
          () -> {
            lease.requireHeld();
            result.write(directory);
          });
    } catch (RuntimeException e) {
      LOG.warn("{}: {} is not written: {}", directory.path(), RunResult.NAME, e.getMessage());
    }
  }
}
