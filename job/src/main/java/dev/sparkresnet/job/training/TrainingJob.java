package dev.sparkresnet.job.training;

import dev.sparkresnet.datasets.CifarDataset;
import dev.sparkresnet.job.checkpoint.Checkpoint;
import dev.sparkresnet.job.checkpoint.CheckpointStore;
import dev.sparkresnet.job.cluster.ClusterSession;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.LearningCurve;
import dev.sparkresnet.job.metrics.MetricsFile;
import dev.sparkresnet.job.run.RunDirectory;
import dev.sparkresnet.job.run.RunLease;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A training run from the first or the last complete epoch to the end. */
public final class TrainingJob {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingJob.class);

  private final ResolvedConfiguration configuration;
  private final TrainingConfig config;
  private final ClusterSession session;
  private final RunDirectory directory;
  private final RunLease lease;
  private final CheckpointStore checkpoints;
  private final ComputationGraph network;
  private final ReplicaSetup setup;
  private final Watchdog watchdog;
  private final List<EpochMetrics> history = new ArrayList<>();
  private double threshold;

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
    this.checkpoints = new CheckpointStore(directory.hadoop(), directory.path());
    this.setup = ReplicaSetup.of(config, session);
    this.watchdog = Watchdog.of(session.context(), config.watchdog().timeout(), directory);
    this.network = setup.newNetwork();
    this.threshold = config.gradientSharing().threshold();
  }

  /** Trains to the last epoch of the configuration, from wherever the run directory stands. */
  public static void run(ResolvedConfiguration configuration) {
    try (ClusterSession session = ClusterSession.open("spark-resnet50")) {
      SparkContext spark = session.context().sc();
      RunDirectory directory =
          RunDirectory.prepare(
              configuration.training().runDirectory(), spark.hadoopConfiguration());
      try (RunLease lease =
          RunLease.acquire(directory, spark.applicationId(), spark::cancelAllJobs)) {
        lease.guard(() -> new TrainingJob(configuration, session, directory, lease).run());
      }
    }
  }

  private void run() {
    CifarDataset dataset = CifarDataset.open(directory.hadoop(), config.dataset().path());
    int firstEpoch = resume() + 1;
    if (firstEpoch > config.optimizer().epochs()) {
      LOG.info("{}: all {} epochs are done", directory.path(), config.optimizer().epochs());
      return;
    }
    session.awaitExecutors(config.replicas(), config.executorWait());
    TrainingData data = new TrainingData(session.context(), dataset, config);
    LOG.info(
        "training {} replicas on {} images in minibatches of {}, {} steps an epoch",
        config.replicas(),
        data.shards().examples(),
        config.optimizer().batchSize(),
        data.shards().minibatchesPerReplica());
    train(data, firstEpoch);
  }

  /** Restores the newest checkpoint, if there is one, and returns its epoch or 0. */
  private int resume() {
    Optional<Checkpoint> newest = checkpoints.latest();
    newest.ifPresent(
        checkpoint -> {
          ResumeCheck.requireSameNetwork(checkpoint, configuration, directory.path());
          checkpoints.restoreInto(network, checkpoint.epoch());
          threshold = checkpoint.threshold();
          history.addAll(checkpoint.metrics());
          publishMetrics();
          LOG.info("{}: resuming after epoch {}", directory.path(), checkpoint.epoch());
        });
    return newest.map(Checkpoint::epoch).orElse(0);
  }

  private void train(TrainingData data, int firstEpoch) {
    try (EpochCycle cycle =
        new EpochCycle(config, session, watchdog, setup, data, network, threshold)) {
      cycle.join();
      for (int epoch = firstEpoch; epoch <= config.optimizer().epochs(); epoch++) {
        EpochMetrics metrics = cycle.run(epoch);
        threshold = cycle.threshold();
        record(metrics);
      }
    }
  }

  private void record(EpochMetrics metrics) {
    lease.requireHeld();
    history.add(metrics);
    LOG.info("{}", metrics.logLine(config.optimizer().epochs()));
    Checkpoint checkpoint =
        new Checkpoint(metrics.epoch(), threshold, configuration.text(), history);
    LOG.info("checkpoint {}", checkpoints.write(checkpoint, network));
    publishMetrics();
  }

  private void publishMetrics() {
    lease.requireHeld();
    String path = directory.path().toString();
    new MetricsFile(directory.hadoop(), path).write(history);
    new LearningCurve(directory.hadoop(), path).write(history);
  }
}
