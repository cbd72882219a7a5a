package dev.sparkresnet.job.training;

import dev.sparkresnet.datasets.CifarDataset;
import dev.sparkresnet.job.checkpoint.Checkpoint;
import dev.sparkresnet.job.checkpoint.CheckpointStore;
import dev.sparkresnet.job.checkpoint.CheckpointWriter;
import dev.sparkresnet.job.checkpoint.ParameterLayout;
import dev.sparkresnet.job.checkpoint.Progress;
import dev.sparkresnet.job.checkpoint.StoredCheckpoint;
import dev.sparkresnet.job.cluster.ClusterSession;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.failure.Explanation;
import dev.sparkresnet.job.failure.LowQualityException;
import dev.sparkresnet.job.failure.MendableException;
import dev.sparkresnet.job.failure.Outcome;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.LearningCurve;
import dev.sparkresnet.job.metrics.MetricsFile;
import dev.sparkresnet.job.metrics.RunResult;
import dev.sparkresnet.job.run.RunDirectory;
import dev.sparkresnet.job.run.RunLease;
import dev.sparkresnet.job.state.NetworkState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A training run from its start or its last checkpoint to the end. */
public final class TrainingJob {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingJob.class);

  private final ResolvedConfiguration configuration;
  private final TrainingConfig config;
  private final ClusterSession session;
  private final RunDirectory directory;
  private final RunLease lease;
  private final CheckpointStore checkpoints;
  private final ComputationGraph network;
  private final ParameterLayout layout;
  private final ReplicaSetup setup;
  private final Watchdog watchdog;
  private final List<EpochMetrics> history = new ArrayList<>();
  private Progress progress = Progress.START;

  /**
   * How a run ended.
   *
   * @param failure what ended it, if it is not complete
   */
  public record Ending(RunResult result, Optional<RuntimeException> failure) {}

  private TrainingJob(
      ResolvedConfiguration configuration,
      ClusterSession session,
      RunDirectory directory,
      RunLease lease) {
    this.configuration = configuration;
    this.config = configuration.training();
    this.session = session;
    this.directory = directory;
    this.lease = lease;
    this.checkpoints =
        new CheckpointStore(directory.hadoop(), directory.path(), lease::requireHeld);
    this.setup = ReplicaSetup.of(config, session);
    this.watchdog = Watchdog.of(session.context(), config.watchdog().timeout(), directory);
    this.network = setup.newNetwork();
    this.layout = ParameterLayout.of(network);
  }

  /**
   * Trains to the last epoch of the configuration, from wherever the run directory stands, and
   * leaves {@code result.json} there.
   *
   * @throws RuntimeException what kept it from having a run directory of its own
   */
  public static Ending run(ResolvedConfiguration configuration) {
    try (ClusterSession session = ClusterSession.open("spark-resnet50")) {
      SparkContext spark = session.context().sc();
      RunDirectory directory =
          RunDirectory.prepare(
              configuration.training().runDirectory(), spark.hadoopConfiguration());
      try (RunLease lease =
          RunLease.acquire(directory, spark.applicationId(), spark::cancelAllJobs)) {
        return new TrainingJob(configuration, session, directory, lease).run();
      }
    }
  }

  private Ending run() {
    try {
      lease.guard(this::trainToTheEnd);
      requireQuality();
      String reason = "all %d epochs are done".formatted(history.size());
      return end(new Explanation(Outcome.COMPLETE, reason), Optional.empty());
    } catch (RuntimeException e) {
      return end(Explanation.of(e, "train"), Optional.of(e));
    }
  }

  private Ending end(Explanation explanation, Optional<RuntimeException> failure) {
    RunResult result =
        RunResult.of(
            explanation, directory.path().toString(), config.optimizer().epochs(), history);
    try {
      lease.requireHeld();
      result.write(directory);
    } catch (RuntimeException e) {
      LOG.warn("{}: {} is not written: {}", directory.path(), RunResult.NAME, e.getMessage());
    }
    return new Ending(result, failure);
  }

  private void trainToTheEnd() {
    Optional<StoredCheckpoint> newest = checkpoints.newestWhole();
    newest.ifPresent(this::takeHistory);
    if (history.size() >= config.optimizer().epochs()) {
      LOG.info("{}: complete, all {} epochs are done", directory.path(), history.size());
      return;
    }
    CifarDataset dataset = CifarDataset.open(directory.hadoop(), config.dataset().path());
    session.awaitExecutors(config.replicas(), config.executorWait());
    TrainingData data = new TrainingData(session.context(), dataset, config);
    String fingerprint = data.fingerprint().toString();
    newest.ifPresent(checkpoint -> requireSameImages(checkpoint, fingerprint));
    double threshold =
        newest
            .map(checkpoint -> checkpoints.restore(checkpoint, network).threshold())
            .orElse(config.gradientSharing().threshold());
    LOG.info(
        "training {} replicas on {} images in minibatches of {}, {} steps an epoch",
        config.replicas(),
        data.shards().examples(),
        config.optimizer().batchSize(),
        data.shards().minibatchesPerReplica());
    train(data, fingerprint, threshold);
  }

  private void takeHistory(StoredCheckpoint checkpoint) {
    ResumeCheck.between(checkpoint.configuration(), configuration)
        .requireSameTraining(directory.path().toString(), configuration.assigned());
    history.addAll(checkpoint.metrics());
    progress = checkpoint.progress();
    publishMetrics(history);
    LOG.info(
        "{}: resuming after {}, from {}", directory.path(), progress.position(), checkpoint.path());
  }

  private void requireSameImages(StoredCheckpoint checkpoint, String fingerprint) {
    if (!checkpoint.dataset().equals(fingerprint)) {
      throw new MendableException(
          String.format(
              "Cannot resume %s: the images of %s are not those of its checkpoint after %s"
                  + " (fingerprint %s, was %s)",
              directory.path(),
              config.dataset().path(),
              checkpoint.progress().position(),
              fingerprint,
              checkpoint.dataset()));
    }
  }

  private void train(TrainingData data, String fingerprint, double threshold) {
    try (CheckpointWriter writer =
            new CheckpointWriter(this::publish, session.context().sc()::cancelAllJobs);
        EpochCycle cycle =
            new EpochCycle(config, session, watchdog, setup, data, network, threshold)) {
      try {
        cycle.join();
        while (history.size() < config.optimizer().epochs()) {
          advance(cycle, data.shards().minibatchesPerReplica());
          writer.write(
              new Checkpoint(
                  progress,
                  fingerprint,
                  configuration.text(),
                  history,
                  NetworkState.of(network, cycle.threshold())));
        }
      } catch (RuntimeException e) {
        // A checkpoint that cannot be written cancels the jobs of the epoch.
        throw writer.failure().orElse(e);
      }
      writer.await();
    }
  }

  /** Trains up to the next checkpoint. */
  private void advance(EpochCycle cycle, int stepsOfEpoch) {
    progress = cycle.train(progress, nextCheckpoint(progress.position().steps(), stepsOfEpoch));
    if (progress.position().steps() == stepsOfEpoch) {
      EpochMetrics metrics = cycle.finish(progress);
      history.add(metrics);
      progress = Progress.afterEpoch(metrics.epoch());
      LOG.info("{}", metrics.logLine(config.optimizer().epochs()));
    }
  }

  private int nextCheckpoint(int step, int stepsOfEpoch) {
    int every = config.checkpoint().everySteps();
    return every == 0 ? stepsOfEpoch : Math.min((step / every + 1) * every, stepsOfEpoch);
  }

  /** On the writer's thread. */
  private void publish(Checkpoint checkpoint) {
    LOG.info("checkpoint {}", checkpoints.write(checkpoint, layout));
    if (checkpoint.progress().position().isBetweenEpochs()) {
      publishMetrics(checkpoint.metrics());
    }
    checkpoints.removeObsolete(config.checkpoint(), checkpoint);
  }

  private void publishMetrics(List<EpochMetrics> metrics) {
    if (metrics.isEmpty()) {
      return;
    }
    lease.requireHeld();
    String path = directory.path().toString();
    new MetricsFile(directory.hadoop(), path).write(metrics);
    new LearningCurve(directory.hadoop(), path).write(metrics);
  }

  private void requireQuality() {
    EpochMetrics last = history.get(history.size() - 1);
    double minimum = config.evaluation().minimumAccuracy();
    if (last.testAccuracy() < minimum) {
      throw new LowQualityException(
          String.format(
              Locale.ROOT,
              "Cannot accept the network of %s: test accuracy %.4f after epoch %d, which"
                  + " evaluation.minimum-accuracy wants to be %.4f",
              directory.path(),
              last.testAccuracy(),
              last.epoch(),
              minimum));
    }
  }
}
