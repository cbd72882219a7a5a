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
import dev.sparkresnet.model.BatchNormMoments;
import dev.sparkresnet.model.EvaluationMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.nd4j.linalg.dataset.DataSet;
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
    try (GradientSharingMaster master = new GradientSharingMaster(setup, network, threshold)) {
      SparkComputationGraph graph = new SparkComputationGraph(session.context(), network, master);
      Broadcast<NetworkState> state = broadcastState();
      for (int epoch = firstEpoch; epoch <= config.optimizer().epochs(); epoch++) {
        EpochPlan plan = new EpochPlan(epoch, data.shards().minibatchesPerReplica());
        JavaRDD<DataSet> minibatches = data.trainingMinibatches(epoch);
        long begin = System.nanoTime();
        EpochOutcome outcome = train(master, graph, minibatches, plan, state);
        double seconds = secondsSince(begin);
        threshold = outcome.meanThreshold();
        state.destroy();
        state = broadcastState();
        EvaluationMetrics test =
            evaluate(plan, new Inference(setup, state), minibatches, data.testMinibatches());
        record(metrics(plan, outcome, test, seconds));
      }
    }
  }

  private EpochOutcome train(
      GradientSharingMaster master,
      SparkComputationGraph graph,
      JavaRDD<DataSet> minibatches,
      EpochPlan plan,
      Broadcast<NetworkState> start) {
    try (ProgressLog progress = new ProgressLog(config, plan)) {
      EpochOutcome outcome =
          phase(plan, "train", () -> master.train(graph, minibatches, plan, start, progress));
      outcome.reports().forEach(report -> LOG.info("{}", report.logLine()));
      return outcome;
    }
  }

  private Broadcast<NetworkState> broadcastState() {
    return session.context().broadcast(NetworkState.of(network, threshold));
  }

  private EvaluationMetrics evaluate(
      EpochPlan plan, Inference inference, JavaRDD<DataSet> training, JavaRDD<DataSet> test) {
    BatchNormMoments moments =
        phase(
            plan,
            "re-estimate batch norm",
            () -> inference.recalibrate(training, config.batchNorm().recalibrationMinibatches()));
    moments.applyTo(network);
    return phase(plan, "evaluate", () -> inference.evaluate(test, moments));
  }

  private <T> T phase(EpochPlan plan, String what, Supplier<T> work) {
    String description =
        String.format("epoch %d/%d: %s", plan.epoch(), config.optimizer().epochs(), what);
    long begin = System.nanoTime();
    try {
      T result = watchdog.watch(description, () -> session.describe(description, work));
      LOG.debug("{}: {} s", description, secondsSince(begin));
      return result;
    } catch (Exception e) {
      throw ExecutorFailure.explain(description, e);
    }
  }

  private EpochMetrics metrics(
      EpochPlan plan, EpochOutcome outcome, EvaluationMetrics test, double seconds) {
    TrainingSums training = outcome.sums();
    return new EpochMetrics(
        plan.epoch(),
        training.loss(),
        training.accuracy(),
        test.loss(),
        test.accuracy(),
        plan.learningRate(setup.optimizer(), plan.steps() - 1),
        training.examples(),
        test.examples(),
        seconds,
        training.examples() / seconds,
        config.replicas());
  }

  private void record(EpochMetrics metrics) {
    history.add(metrics);
    LOG.info("{}", metrics.logLine(config.optimizer().epochs()));
    Checkpoint checkpoint =
        new Checkpoint(metrics.epoch(), threshold, configuration.text(), history);
    LOG.info("checkpoint {}", checkpoints.write(checkpoint, network));
    publishMetrics();
  }

  private void publishMetrics() {
    String path = directory.path().toString();
    new MetricsFile(directory.hadoop(), path).write(history);
    new LearningCurve(directory.hadoop(), path).write(history);
  }

  private static double secondsSince(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }
}
