package dev.sparkresnet.job.training;

import dev.sparkresnet.job.averaging.ParameterAveragingMaster;
import dev.sparkresnet.job.checkpoint.Position;
import dev.sparkresnet.job.checkpoint.Progress;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.epoch.EpochOutcome;
import dev.sparkresnet.job.epoch.EpochTrainer;
import dev.sparkresnet.job.epoch.ProgressLog;
import dev.sparkresnet.job.epoch.TrainingData;
import dev.sparkresnet.job.failure.DivergedException;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.TrainingSums;
import dev.sparkresnet.job.replica.EpochPlan;
import dev.sparkresnet.job.replica.Inference;
import dev.sparkresnet.job.replica.ParameterFigures;
import dev.sparkresnet.job.replica.ReplicaReport;
import dev.sparkresnet.job.replica.ReplicaSetup;
import dev.sparkresnet.job.replica.Straggler;
import dev.sparkresnet.job.sharing.GradientSharingMaster;
import dev.sparkresnet.job.spark.ClusterSession;
import dev.sparkresnet.job.spark.Placement;
import dev.sparkresnet.job.state.NetworkState;
import dev.sparkresnet.job.watch.Stopwatch;
import dev.sparkresnet.job.watch.Watchdog;
import dev.sparkresnet.model.BatchNormMoments;
import dev.sparkresnet.model.EvaluationMetrics;
import java.io.Closeable;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to the driver's network in an epoch: the replicas train it, the batch-norm
 * statistics are re-estimated, and it is evaluated. Every phase leaves evidence in the log.
 */
final class EpochCycle implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(EpochCycle.class);

  private final TrainingConfig config;
  private final ClusterSession session;
  private final Watchdog watchdog;
  private final ReplicaSetup setup;
  private final TrainingData data;
  private final ComputationGraph network;
  private final EpochTrainer trainer;
  private double threshold;
  private Broadcast<NetworkState> state;
  private ParameterFigures started;
  private volatile boolean askedToStop;
  private List<Placement> places = List.of();

  /**
   * A cycle that starts from what the network holds.
   *
   * @param threshold the encoding of updates starts with
   */
  EpochCycle(
      TrainingConfig config,
      ClusterSession session,
      Watchdog watchdog,
      ReplicaSetup setup,
      TrainingData data,
      ComputationGraph network,
      double threshold) {
    this.config = config;
    this.session = session;
    this.watchdog = watchdog;
    this.setup = setup;
    this.data = data;
    this.network = network;
    this.threshold = threshold;
    this.trainer = trainer();
    broadcastState();
  }

  private EpochTrainer trainer() {
    return switch (config.master()) {
      case GRADIENT_SHARING -> new GradientSharingMaster(setup, session.context(), network);
      case PARAMETER_AVERAGING ->
          new ParameterAveragingMaster(
              setup, session.context(), network, config.parameterAveraging().everySteps());
    };
  }

  /** Brings the replicas together; once, before the first epoch. */
  void join() {
    places =
        phase(
            "bring the replicas together",
            String.format(Locale.ROOT, "bringing %d replicas together", config.replicas()),
            trainer::join);
  }

  /** The threshold that the next epoch's encoding of updates starts with. */
  double threshold() {
    return threshold;
  }

  /** Ends {@link #train} at the next step, for good. */
  void stopTraining() {
    askedToStop = true;
    trainer.stop();
  }

  /**
   * Trains some steps of an epoch.
   *
   * @param from how far the run has come
   * @param endStep of the same epoch
   * @return how far it has come then
   * @throws DivergedException if loss or parameters are no longer finite
   * @throws IllegalStateException if anything did not go as planned
   */
  Progress train(Progress from, int endStep) {
    Position position = from.position();
    EpochPlan plan = new EpochPlan(position.epochs() + 1, data.shards(), position.steps(), endStep);
    Stopwatch training = new Stopwatch();
    EpochOutcome outcome = phase(plan, "train", plan.stretch(), () -> train(plan));
    double seconds = training.seconds();
    threshold = outcome.threshold();
    broadcastState();
    requireFinite(started.norm(), "parameters", from);
    return from.upTo(position.steps() + outcome.steps(), outcome.sums(), seconds);
  }

  /**
   * Ends an epoch whose steps are all done.
   *
   * @throws DivergedException if the test loss is not finite
   * @throws IllegalStateException if anything did not go as planned
   */
  EpochMetrics finish(Progress epoch) {
    EpochPlan plan = EpochPlan.whole(epoch.position().epochs() + 1, data.shards());
    Inference inference = new Inference(setup, state, places);
    EvaluationMetrics test = evaluate(plan, inference, recalibrate(plan, inference));
    requireFinite(test.loss(), "test loss", epoch);
    return metrics(plan, epoch, test);
  }

  private EpochOutcome train(EpochPlan plan) {
    try (ProgressLog progress = new ProgressLog(config, setup, plan, session.gauges())) {
      try {
        EpochOutcome outcome = trainer.train(data, plan, state, progress);
        EpochPlan done =
            askedToStop ? plan.part(plan.firstStep(), plan.firstStep() + outcome.steps()) : plan;
        if (outcome.steps() > 0) {
          outcome.reports().forEach(report -> LOG.info("{}", report.logLine()));
        }
        outcome.reports().forEach(report -> requireIntegrity(done, report));
        Straggler.of(outcome.reports()).ifPresent(this::tell);
        return outcome;
      } catch (RuntimeException e) {
        progress.logLastHeard();
        throw e;
      }
    }
  }

  private void tell(Straggler straggler) {
    LOG.info("replicas {}", straggler);
    session.gauges().straggler(straggler.waited().toMillis() / 1e3);
  }

  private static void requireFinite(double value, String what, Progress since) {
    if (!Double.isFinite(value)) {
      throw new DivergedException(
          String.format(
              "Cannot go on training: the %s of the network came to %s after %s",
              what, value, since.position()));
    }
  }

  private void requireIntegrity(EpochPlan plan, ReplicaReport report) {
    report.requireShare(plan);
    if (report.start() != started.checksum()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Cannot close the epoch: replica %d on executor %s started from parameters %08x, the"
                  + " driver's are %08x",
              report.replica(),
              report.executor(),
              report.start(),
              started.checksum()));
    }
  }

  /** Sends the driver's state to the executors, as they come to need it. */
  private void broadcastState() {
    if (state != null) {
      state.destroy();
    }
    NetworkState current = NetworkState.of(network, threshold);
    started = ParameterFigures.of(current.parameters());
    state = session.context().broadcast(current);
  }

  private BatchNormMoments recalibrate(EpochPlan plan, Inference inference) {
    Stopwatch time = new Stopwatch();
    EpochPlan used =
        plan.part(0, Math.min(plan.steps(), config.batchNorm().recalibrationMinibatches()));
    BatchNormMoments moments =
        phase(
            plan,
            "re-estimate batch norm",
            String.format(
                Locale.ROOT,
                "re-estimating batch norm from %,d images",
                used.examples() * config.replicas()),
            () -> inference.recalibrate(data.trainingMinibatches(used)));
    moments.applyTo(network);
    LOG.info(
        "epoch {}: parameters {}, norm {}; batch norm re-estimated from {} images in {}",
        plan.epoch(),
        String.format(Locale.ROOT, "%08x", started.checksum()),
        String.format(Locale.ROOT, "%.3f", started.norm()),
        moments.examples(),
        time);
    return moments;
  }

  private EvaluationMetrics evaluate(
      EpochPlan plan, Inference inference, BatchNormMoments moments) {
    return phase(
        plan,
        "evaluate",
        String.format(Locale.ROOT, "evaluating %,d images", data.testImages()),
        () -> inference.evaluate(data.testMinibatches(), moments));
  }

  private EpochMetrics metrics(EpochPlan plan, Progress epoch, EvaluationMetrics test) {
    TrainingSums training = epoch.sums();
    return new EpochMetrics(
        plan.epoch(),
        training.loss(),
        training.accuracy(),
        test.loss(),
        test.accuracy(),
        setup.learningRate(plan, plan.steps() - 1),
        training.examples(),
        test.examples(),
        epoch.seconds(),
        training.examples() / epoch.seconds(),
        config.replicas());
  }

  private <T> T phase(EpochPlan plan, String what, String details, Supplier<T> work) {
    int epochs = config.optimizer().epochs();
    return phase(
        String.format(Locale.ROOT, "epoch %d/%d: %s", plan.epoch(), epochs, what),
        String.format(Locale.ROOT, "epoch %d of %d: %s", plan.epoch(), epochs, details),
        work);
  }

  /**
   * Does the work of a phase.
   *
   * @param phase for messages of what went wrong
   * @param description for the web page
   */
  private <T> T phase(String phase, String description, Supplier<T> work) {
    Stopwatch time = new Stopwatch();
    T result = watchdog.watch(phase, () -> session.describe(phase, description, work));
    LOG.debug("{}: {}", phase, time);
    return result;
  }

  @Override
  public void close() {
    trainer.close();
  }
}
