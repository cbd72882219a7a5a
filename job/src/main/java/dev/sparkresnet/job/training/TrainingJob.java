package dev.sparkresnet.job.training;

import dev.sparkresnet.datasets.CifarDataset;
import dev.sparkresnet.job.checkpoint.Checkpoint;
import dev.sparkresnet.job.checkpoint.CheckpointWriter;
import dev.sparkresnet.job.checkpoint.ParameterLayout;
import dev.sparkresnet.job.checkpoint.Position;
import dev.sparkresnet.job.checkpoint.Progress;
import dev.sparkresnet.job.checkpoint.StoredCheckpoint;
import dev.sparkresnet.job.cluster.ClusterSession;
import dev.sparkresnet.job.cluster.LocalAddress;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.device.GpuRequest;
import dev.sparkresnet.job.device.JvmDevice;
import dev.sparkresnet.job.device.ReplicaDevice;
import dev.sparkresnet.job.failure.DivergedException;
import dev.sparkresnet.job.failure.ExecutorsLostException;
import dev.sparkresnet.job.failure.Explanation;
import dev.sparkresnet.job.failure.HungException;
import dev.sparkresnet.job.failure.LowQualityException;
import dev.sparkresnet.job.failure.MendableException;
import dev.sparkresnet.job.failure.Outcome;
import dev.sparkresnet.job.failure.RunException;
import dev.sparkresnet.job.failure.StoppedException;
import dev.sparkresnet.job.failure.StorageException;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.RunResult;
import dev.sparkresnet.job.monitoring.TrainingPlugin;
import dev.sparkresnet.job.run.RunDirectory;
import dev.sparkresnet.job.run.RunLease;
import dev.sparkresnet.job.run.StorageRetry;
import dev.sparkresnet.job.state.NetworkState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A training run from its start or its last checkpoint to the end.
 *
 * <p>It may take several attempts within one application: each has a mesh of replicas of its own
 * and begins from the last checkpoint.
 */
public final class TrainingJob {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingJob.class);

  private final ResolvedConfiguration configuration;
  private final TrainingConfig config;
  private final Consumer<ClusterSession> firstStep;
  private final StopRequest stop;
  private final TimeBudget budget;
  private final ClusterSession session;
  private final RunDirectory directory;
  private final RunLease lease;
  private final RunArchive archive;
  private final Watchdog watchdog;
  private final List<EpochMetrics> history = new ArrayList<>();
  private Progress progress = Progress.START;
  private int lossesBefore;

  /**
   * How a run ended.
   *
   * @param failure what ended it, if it is not complete
   */
  public record Ending(RunResult result, Optional<RuntimeException> failure) {}

  private TrainingJob(
      ResolvedConfiguration configuration,
      Consumer<ClusterSession> firstStep,
      StopRequest stop,
      TimeBudget budget,
      ClusterSession session,
      RunDirectory directory,
      RunLease lease,
      StorageRetry retry) {
    this.configuration = configuration;
    this.config = configuration.training();
    this.firstStep = firstStep;
    this.stop = stop;
    this.budget = budget;
    this.session = session;
    this.directory = directory;
    this.lease = lease;
    this.archive = new RunArchive(directory, lease, config.checkpoint(), retry);
    this.watchdog = Watchdog.of(session.context(), config.watchdog().timeout(), directory);
  }

  /**
   * Trains to the last epoch of the configuration, from wherever the run directory stands, and
   * leaves {@code result.json} there.
   *
   * @param firstStep what to do, if there is something to train, before anything else with the
   *     application, such as to make sure that it can train; may wait for executors
   * @param stop makes it end early, with everything safe
   * @throws RuntimeException what kept it from having a run directory of its own
   */
  public static Ending run(
      ResolvedConfiguration configuration, Consumer<ClusterSession> firstStep, StopRequest stop) {
    TrainingConfig config = configuration.training();
    try (GracePeriod grace = new GracePeriod(config.shutdownGrace());
        TimeBudget budget = new TimeBudget(config.stopAfter(), stop)) {
      stop.whenMade(grace::begin);
      return run(configuration, firstStep, stop, budget);
    } catch (Exception | LinkageError e) {
      requireNotStopped(stop, e);
      throw e;
    }
  }

  private static Ending run(
      ResolvedConfiguration configuration,
      Consumer<ClusterSession> firstStep,
      StopRequest stop,
      TimeBudget budget) {
    try (ClusterSession session =
        ClusterSession.open("spark-resnet50", configuration.training().device())) {
      SparkContext spark = session.context().sc();
      TrainingPlugin.prometheusPage(spark)
          .ifPresent(
              metrics ->
                  LOG.info("web page {}, for Prometheus {}", spark.uiWebUrl().get(), metrics));
      TrainingConfig config = configuration.training();
      GpuRequest.require(config.device(), session.context().getConf());
      StorageRetry retry = StorageRetry.lasting(config.storage().retryFor());
      RunDirectory directory =
          retry.call(
              "preparing the run directory",
              () -> RunDirectory.prepare(config.runDirectory(), spark.hadoopConfiguration()));
      try (RunLease lease =
          retry.call(
              "taking the lease",
              () -> RunLease.acquire(directory, spark.applicationId(), spark::cancelAllJobs))) {
        return new TrainingJob(
                configuration, firstStep, stop, budget, session, directory, lease, retry)
            .run();
      }
    }
  }

  /**
   * A run that was asked to stop did not fail by what it was interrupted in: exceptions that Scala
   * need not declare, or a class that could not be loaded to its end.
   */
  private static void requireNotStopped(StopRequest stop, Throwable failure) {
    boolean speaksForItself =
        failure instanceof StoppedException
            || failure instanceof DivergedException
            || failure instanceof HungException;
    Optional<String> by = speaksForItself ? Optional.empty() : stop.reason();
    if (by.isPresent()) {
      boolean unused = Thread.interrupted();
      LOG.warn("interrupted: {}", failure.toString());
      throw new StoppedException(
          "Stopped by %s; the same command goes on after the last checkpoint".formatted(by.get()),
          failure);
    }
  }

  private Ending run() {
    try {
      lease.guard(this::trainUnlessStopped);
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
    archive.publish(result);
    return new Ending(result, failure);
  }

  private void trainUnlessStopped() {
    try {
      trainToTheEnd();
    } catch (Exception | LinkageError e) {
      requireNotStopped(stop, e);
      throw e;
    }
  }

  private void trainToTheEnd() {
    Optional<StoredCheckpoint> newest = archive.newest();
    newest.ifPresent(this::requireSameTraining);
    goBackTo(newest);
    archive.publish(history);
    if (isComplete()) {
      LOG.info("{}: complete, all {} epochs are done", directory.path(), history.size());
      return;
    }
    newest.ifPresent(
        checkpoint ->
            LOG.info(
                "{}: resuming after {}, from {}",
                directory.path(),
                progress.position(),
                checkpoint.path()));
    stop.during(Thread.currentThread()::interrupt, this::takeFirstStep);
    CifarDataset dataset = CifarDataset.open(directory.hadoop(), config.dataset().path());
    ReplicaDevice unused =
        JvmDevice.ofDriver(LocalAddress.sparkHost(), session.context().resources());
    awaitExecutors();
    TrainingData data =
        session.describe(
            "looking at the images", () -> new TrainingData(session.context(), dataset, config));
    String fingerprint =
        session.describe(
            String.format(Locale.ROOT, "reading %,d images", data.images()),
            () -> data.fingerprint().toString());
    newest.ifPresent(checkpoint -> requireSameImages(checkpoint, fingerprint));
    requireWithinEpoch(data.shards().minibatchesPerReplica());
    LOG.info(
        "training {} replicas on {} images in minibatches of {}, {} steps an epoch",
        config.replicas(),
        data.shards().examples(),
        config.optimizer().batchSize(),
        data.shards().minibatchesPerReplica());
    trainInAttempts(data, fingerprint, newest);
  }

  private Void takeFirstStep() {
    firstStep.accept(session);
    return null;
  }

  private boolean isComplete() {
    return history.size() >= config.optimizer().epochs();
  }

  private void requireSameTraining(StoredCheckpoint checkpoint) {
    ResumeCheck.between(checkpoint.configuration(), configuration)
        .requireSameTraining(directory.path().toString(), configuration.assigned());
  }

  private void goBackTo(Optional<StoredCheckpoint> checkpoint) {
    history.clear();
    history.addAll(checkpoint.map(StoredCheckpoint::metrics).orElse(List.of()));
    session.gauges().history(history);
    goOnWith(checkpoint.map(StoredCheckpoint::progress).orElse(Progress.START));
  }

  private void goOnWith(Progress from) {
    progress = from;
    session.gauges().rollBacks(from.rollBacks());
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

  private void requireWithinEpoch(int stepsOfEpoch) {
    if (progress.position().steps() > stepsOfEpoch) {
      throw new StorageException(
          String.format(
              "Cannot resume %s: its checkpoint is of %s, but an epoch has %d steps",
              directory.path(), progress.position(), stepsOfEpoch));
    }
  }

  private void trainInAttempts(
      TrainingData data, String fingerprint, Optional<StoredCheckpoint> start) {
    Recovery recovery = new Recovery(config.recovery());
    Optional<StoredCheckpoint> from = start;
    while (!isComplete()) {
      lossesBefore = session.losses().count();
      try {
        attempt(data, fingerprint, from);
      } catch (RuntimeException e) {
        int rollBacks = recovery.after(orLoss(e), progress.rollBacks());
        from = archive.newest();
        goBackTo(from);
        goOnWith(progress.withRollBacks(rollBacks));
        LOG.warn(
            "{}: everything after {} is repeated, from {}",
            directory.path(),
            progress.position(),
            from.map(checkpoint -> checkpoint.path().toString()).orElse("the initial weights"));
        awaitReplacements();
      }
    }
  }

  /** What failed for the loss of an executor may say anything. */
  private RuntimeException orLoss(RuntimeException failure) {
    if (stop.isMade() || failure instanceof RunException) {
      return failure;
    }
    return loss().orElse(failure);
  }

  private Optional<RuntimeException> loss() {
    return session
        .losses()
        .after(lossesBefore)
        .map(losses -> new ExecutorsLostException("Cannot go on training: " + losses));
  }

  /** They may take longer than anyone who asks to stop can wait. */
  private void awaitExecutors() {
    int executors =
        stop.during(
            Thread.currentThread()::interrupt,
            () -> session.awaitExecutors(config.replicas(), config.executorWait()));
    LOG.info("{} executors for {} replicas", executors, config.replicas());
    session.gauges().replicas(config.replicas());
  }

  private void awaitReplacements() {
    try {
      awaitExecutors();
    } catch (MendableException e) {
      throw new ExecutorsLostException(e.getMessage(), e);
    }
  }

  private void attempt(TrainingData data, String fingerprint, Optional<StoredCheckpoint> from) {
    ReplicaSetup setup = ReplicaSetup.of(config, session, progress.rollBacks());
    ComputationGraph network = setup.newNetwork();
    ParameterLayout layout = ParameterLayout.of(network);
    double threshold =
        from.map(checkpoint -> archive.restore(checkpoint, network))
            .orElse(config.gradientSharing().threshold());
    try (CheckpointWriter writer =
            new CheckpointWriter(
                checkpoint -> publish(checkpoint, layout), session.context().sc()::cancelAllJobs);
        EpochCycle cycle =
            new EpochCycle(config, session, watchdog, setup, data, network, threshold)) {
      try {
        cycle.join();
        while (!isComplete()) {
          requireLeaveToGoOn();
          Stopwatch time = new Stopwatch();
          Position before = progress.position();
          advance(cycle, data.shards().minibatchesPerReplica());
          if (!progress.position().equals(before)) {
            writer.write(
                new Checkpoint(
                    progress,
                    fingerprint,
                    configuration.text(),
                    history,
                    NetworkState.of(network, cycle.threshold())));
          }
          budget.took(time.seconds());
        }
      } catch (RuntimeException e) {
        // A checkpoint that cannot be written cancels the jobs of the epoch.
        throw writer.failure().orElse(e);
      }
      writer.await();
    }
  }

  private void publish(Checkpoint checkpoint, ParameterLayout layout) {
    archive.publish(checkpoint, layout);
    session.gauges().checkpoint(checkpoint.progress().position().epochs());
  }

  private void requireLeaveToGoOn() {
    stop.reason()
        .ifPresent(
            by -> {
              throw new StoppedException(
                  "Stopped by %s after %s; the same command goes on from there"
                      .formatted(by, progress.position()));
            });
    budget.requireTimeForAnother(progress.position());
    loss()
        .ifPresent(
            loss -> {
              throw loss;
            });
  }

  /** Trains up to the next checkpoint. */
  private void advance(EpochCycle cycle, int stepsOfEpoch) {
    int step = progress.position().steps();
    if (step < stepsOfEpoch) {
      progress =
          stop.during(
              cycle::stopTraining, () -> cycle.train(progress, nextCheckpoint(step, stepsOfEpoch)));
    }
    if (progress.position().steps() == stepsOfEpoch && !stop.isMade()) {
      finish(cycle);
    }
  }

  private int nextCheckpoint(int step, int stepsOfEpoch) {
    int every = config.checkpoint().everySteps();
    return every == 0 ? stepsOfEpoch : Math.min((step / every + 1) * every, stepsOfEpoch);
  }

  private void finish(EpochCycle cycle) {
    try {
      EpochMetrics metrics =
          stop.during(session.context().sc()::cancelAllJobs, () -> cycle.finish(progress));
      history.add(metrics);
      session.gauges().history(history);
      progress = progress.atEndOfEpoch();
      LOG.info("{}", metrics.logLine(config.optimizer().epochs()));
    } catch (RuntimeException e) {
      if (!stop.isMade()) {
        throw e;
      }
      LOG.info("after {}: the evaluation is left for later", progress.position());
    }
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
