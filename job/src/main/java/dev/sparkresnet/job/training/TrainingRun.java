package dev.sparkresnet.job.training;

import dev.sparkresnet.datasets.CifarDataset;
import dev.sparkresnet.job.checkpoint.StoredCheckpoint;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.device.JvmDevice;
import dev.sparkresnet.job.device.ReplicaDevice;
import dev.sparkresnet.job.epoch.TrainingData;
import dev.sparkresnet.job.failure.ClusterException;
import dev.sparkresnet.job.failure.ExecutorsLostException;
import dev.sparkresnet.job.failure.StorageException;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.network.LocalAddress;
import dev.sparkresnet.job.spark.ClusterSession;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way from where the run directory stands to the last epoch.
 *
 * <p>It may take several attempts within one application: each has an exchange between replicas of
 * its own and begins from the last checkpoint.
 */
final class TrainingRun {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

  private final RunContext run;
  private final TrainingConfig config;
  private final RunProgress progress;
  private final Consumer<ClusterSession> firstStep;

  /**
   * A run that has not looked into its directory yet.
   *
   * @param progress for the caller to see how far it came
   * @param firstStep what to do, if there is something to train, before anything else with the
   *     application
   */
  TrainingRun(RunContext run, RunProgress progress, Consumer<ClusterSession> firstStep) {
    this.run = run;
    this.config = run.config();
    this.progress = progress;
    this.firstStep = firstStep;
  }

  /**
   * Trains until all epochs are done.
   *
   * @throws RuntimeException what kept it from that
   */
  void trainToTheEnd() {
    Optional<StoredCheckpoint> newest = run.archive().newest();
    newest.ifPresent(this::requireSameTraining);
    progress.goBackTo(newest);
    run.archive().publish(progress.history());
    if (progress.isComplete()) {
      LOG.info("{}: complete, all {} epochs are done", path(), progress.history().size());
      return;
    }
    newest.ifPresent(
        checkpoint ->
            LOG.info(
                "{}: resuming after {}, from {}", path(), progress.position(), checkpoint.path()));
    takeFirstStep();
    CifarDataset dataset = CifarDataset.open(run.directory().hadoop(), config.dataset().path());
    ReplicaDevice unused =
        JvmDevice.ofDriver(LocalAddress.sparkHost(), run.session().context().resources());
    awaitExecutors();
    train(dataset, newest);
  }

  private String path() {
    return run.directory().path().toString();
  }

  private void requireSameTraining(StoredCheckpoint checkpoint) {
    ResumeCheck.between(checkpoint.configuration(), run.configuration())
        .requireSameTraining(path(), run.configuration().assigned());
  }

  private void takeFirstStep() {
    Object unused =
        run.stop()
            .during(
                Thread.currentThread()::interrupt,
                () -> {
                  firstStep.accept(run.session());
                  return null;
                });
  }

  /** They may take longer than anyone who asks to stop can wait. */
  private void awaitExecutors() {
    int executors =
        run.stop()
            .during(
                Thread.currentThread()::interrupt,
                () -> run.session().awaitExecutors(config.replicas(), config.executorWait()));
    LOG.info("{} executors for {} replicas", executors, config.replicas());
    run.session().gauges().replicas(config.replicas());
  }

  private void train(CifarDataset dataset, Optional<StoredCheckpoint> newest) {
    TrainingData data =
        run.session()
            .describe(
                "looking at the images",
                () -> new TrainingData(run.session().context(), dataset, config));
    String fingerprint =
        run.session()
            .describe(
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
    Expectation.of(data.shards(), config.optimizer().epochs()).forEach(LOG::warn);
    trainInAttempts(data, fingerprint, newest);
  }

  private void requireSameImages(StoredCheckpoint checkpoint, String fingerprint) {
    if (!checkpoint.dataset().equals(fingerprint)) {
      throw new UserErrorException(
          String.format(
              "Cannot resume %s: the images of %s are not those of its checkpoint after %s"
                  + " (fingerprint %s, was %s)",
              path(),
              config.dataset().path(),
              checkpoint.progress().position(),
              fingerprint,
              checkpoint.dataset()));
    }
  }

  private void requireWithinEpoch(int stepsOfEpoch) {
    if (progress.steps() > stepsOfEpoch) {
      throw new StorageException(
          String.format(
              Locale.ROOT,
              "Cannot resume %s: its checkpoint is of %s, but an epoch has %d steps",
              path(),
              progress.position(),
              stepsOfEpoch));
    }
  }

  private void trainInAttempts(
      TrainingData data, String fingerprint, Optional<StoredCheckpoint> start) {
    Recovery recovery = new Recovery(config.recovery());
    Optional<StoredCheckpoint> from = start;
    while (!progress.isComplete()) {
      int lossesBefore = run.session().losses().count();
      try {
        new TrainingAttempt(run, progress, data, fingerprint).trainFrom(from);
      } catch (RuntimeException e) {
        int rollBacks =
            recovery.after(
                e,
                progress.progress().rollBacks(),
                run.archive().published(),
                run.session().losses().areTakenBack(lossesBefore));
        from = run.archive().newest();
        progress.goBackTo(from);
        progress.goOnWith(progress.progress().withRollBacks(rollBacks));
        LOG.warn(
            "{}: everything after {} is repeated, from {}",
            path(),
            progress.position(),
            from.map(checkpoint -> checkpoint.path().toString()).orElse("the initial weights"));
        awaitReplacements();
      }
    }
  }

  private void awaitReplacements() {
    try {
      awaitExecutors();
    } catch (ClusterException | UserErrorException e) {
      throw new ExecutorsLostException(e.getMessage(), e);
    }
  }
}
