package dev.sparkresnet.job.training;

import dev.sparkresnet.datasets.CifarDataset;
import dev.sparkresnet.job.checkpoint.Checkpoint;
import dev.sparkresnet.job.checkpoint.CheckpointStore;
import dev.sparkresnet.job.checkpoint.CheckpointWriter;
import dev.sparkresnet.job.checkpoint.ParameterLayout;
import dev.sparkresnet.job.checkpoint.StoredCheckpoint;
import dev.sparkresnet.job.cluster.ClusterSession;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.LearningCurve;
import dev.sparkresnet.job.metrics.MetricsFile;
import dev.sparkresnet.job.state.NetworkState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  private final CheckpointStore checkpoints;
  private final ComputationGraph network;
  private final ParameterLayout layout;
  private final ReplicaSetup setup;
  private final Watchdog watchdog;
  private final List<EpochMetrics> history = new ArrayList<>();
  private double threshold;

  private TrainingJob(ResolvedConfiguration configuration, ClusterSession session) {
    this.configuration = configuration;
    this.config = configuration.training();
    this.session = session;
    this.directory =
        RunDirectory.prepare(config.runDirectory(), session.context().hadoopConfiguration());
    this.checkpoints = new CheckpointStore(directory.hadoop(), directory.path());
    this.setup = ReplicaSetup.of(config, session);
    this.watchdog = Watchdog.of(session.context(), config.watchdog().timeout(), directory);
    this.network = setup.newNetwork();
    this.layout = ParameterLayout.of(network);
    this.threshold = config.gradientSharing().threshold();
  }

  /** Trains to the last epoch of the configuration, from wherever the run directory stands. */
  public static void run(ResolvedConfiguration configuration) {
    try (ClusterSession session = ClusterSession.open("spark-resnet50")) {
      new TrainingJob(configuration, session).run();
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

  /** Restores the newest whole checkpoint, if there is one, and returns its epoch or 0. */
  private int resume() {
    Optional<StoredCheckpoint> newest = checkpoints.newestWhole();
    newest.ifPresent(
        checkpoint -> {
          ResumeCheck.requireSameNetwork(checkpoint, configuration, directory.path());
          threshold = checkpoints.restore(checkpoint, network).threshold();
          history.addAll(checkpoint.metrics());
          publishMetrics(history);
          LOG.info("{}: resuming after epoch {}", directory.path(), checkpoint.epoch());
        });
    return newest.map(StoredCheckpoint::epoch).orElse(0);
  }

  private void train(TrainingData data, int firstEpoch) {
    try (CheckpointWriter writer =
            new CheckpointWriter(this::publish, session.context().sc()::cancelAllJobs);
        EpochCycle cycle =
            new EpochCycle(config, session, watchdog, setup, data, network, threshold)) {
      try {
        cycle.join();
        for (int epoch = firstEpoch; epoch <= config.optimizer().epochs(); epoch++) {
          EpochMetrics metrics = cycle.run(epoch);
          history.add(metrics);
          LOG.info("{}", metrics.logLine(config.optimizer().epochs()));
          writer.write(
              new Checkpoint(
                  epoch,
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

  /** On the writer's thread. */
  private void publish(Checkpoint checkpoint) {
    LOG.info("checkpoint {}", checkpoints.write(checkpoint, layout));
    publishMetrics(checkpoint.metrics());
    checkpoints.removeObsolete(config.checkpoint(), checkpoint);
  }

  private void publishMetrics(List<EpochMetrics> metrics) {
    String path = directory.path().toString();
    new MetricsFile(directory.hadoop(), path).write(metrics);
    new LearningCurve(directory.hadoop(), path).write(metrics);
  }
}
