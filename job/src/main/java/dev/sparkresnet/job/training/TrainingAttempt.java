package dev.sparkresnet.job.training;

import dev.sparkresnet.job.checkpoint.Checkpoint;
import dev.sparkresnet.job.checkpoint.CheckpointWriter;
import dev.sparkresnet.job.checkpoint.ParameterLayout;
import dev.sparkresnet.job.checkpoint.Position;
import dev.sparkresnet.job.checkpoint.StoredCheckpoint;
import dev.sparkresnet.job.epoch.TrainingData;
import dev.sparkresnet.job.failure.ExecutorsLostException;
import dev.sparkresnet.job.failure.RunException;
import dev.sparkresnet.job.failure.StoppedException;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.replica.ReplicaSetup;
import dev.sparkresnet.job.state.NetworkState;
import dev.sparkresnet.job.watch.Stopwatch;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Training with one exchange between replicas, from a checkpoint to the end of the run or until
 * something fails.
 */
final class TrainingAttempt {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingAttempt.class);

  private final RunContext run;
  private final RunProgress progress;
  private final TrainingData data;
  private final String fingerprint;
  private final int stepsOfEpoch;
  private final int lossesBefore;

  /**
   * Prepares an attempt.
   *
   * @param progress where it begins, and which it advances
   * @param fingerprint of the images
   */
  TrainingAttempt(RunContext run, RunProgress progress, TrainingData data, String fingerprint) {
    this.run = run;
    this.progress = progress;
    this.data = data;
    this.fingerprint = fingerprint;
    this.stepsOfEpoch = data.shards().minibatchesPerReplica();
    this.lossesBefore = run.session().losses().count();
  }

  /**
   * Trains until the run is complete.
   *
   * @param checkpoint to begin with; without one the network has its initial weights
   * @throws RuntimeException what kept it from that
   */
  void trainFrom(Optional<StoredCheckpoint> checkpoint) {
    try {
      train(checkpoint);
    } catch (RuntimeException e) {
      throw orLoss(e);
    }
  }

  /** What failed for the loss of an executor may say anything, as that it cannot be reached. */
  private RuntimeException orLoss(RuntimeException failure) {
    boolean isKnown = failure instanceof RunException && !(failure instanceof UserErrorException);
    if (run.stop().isMade() || isKnown) {
      return failure;
    }
    return loss().orElse(failure);
  }

  private Optional<RuntimeException> loss() {
    return run.session()
        .losses()
        .after(lossesBefore)
        .map(losses -> new ExecutorsLostException("Cannot go on training: " + losses));
  }

  private void train(Optional<StoredCheckpoint> from) {
    ReplicaSetup setup = ReplicaSetup.of(run.config(), progress.progress().rollBacks());
    ComputationGraph network = setup.newNetwork();
    ParameterLayout layout = ParameterLayout.of(network);
    double threshold =
        from.map(checkpoint -> run.archive().restore(checkpoint, network))
            .orElse(run.config().gradientSharing().threshold());
    try (CheckpointWriter writer =
            new CheckpointWriter(checkpoint -> publish(checkpoint, layout), this::cancelJobs);
        EpochCycle cycle =
            new EpochCycle(
                run.config(), run.session(), run.watchdog(), setup, data, network, threshold)) {
      try {
        cycle.join();
        while (!progress.isComplete()) {
          requireLeaveToGoOn();
          trainStretch(cycle, network, writer);
        }
      } catch (RuntimeException e) {
        // A checkpoint that cannot be written cancels the jobs of the epoch.
        throw writer.failure().orElse(e);
      }
      writer.await();
    }
  }

  private void cancelJobs() {
    run.session().context().sc().cancelAllJobs();
  }

  private void publish(Checkpoint checkpoint, ParameterLayout layout) {
    run.archive().publish(checkpoint, layout);
    run.session().gauges().checkpoint(checkpoint.progress().position().epochs());
  }

  private void requireLeaveToGoOn() {
    run.stop()
        .reason()
        .ifPresent(
            by -> {
              throw new StoppedException(
                  "Stopped by %s after %s; the same command goes on from there"
                      .formatted(by, progress.position()));
            });
    run.budget().requireTimeForAnother(progress.position());
    loss()
        .ifPresent(
            loss -> {
              throw loss;
            });
  }

  /** Trains up to the next checkpoint and has it written. */
  private void trainStretch(EpochCycle cycle, ComputationGraph network, CheckpointWriter writer) {
    Stopwatch time = new Stopwatch();
    Position before = progress.position();
    advance(cycle);
    if (!progress.position().equals(before)) {
      writer.write(
          new Checkpoint(
              progress.progress(),
              fingerprint,
              run.configuration().text(),
              progress.history(),
              NetworkState.of(network, cycle.threshold())));
    }
    run.budget().took(time.seconds());
  }

  private void advance(EpochCycle cycle) {
    if (progress.steps() < stepsOfEpoch) {
      progress.goOnWith(
          run.stop()
              .during(
                  cycle::stopTraining, () -> cycle.train(progress.progress(), nextCheckpoint())));
    }
    if (progress.steps() == stepsOfEpoch && !run.stop().isMade()) {
      endEpoch(cycle);
    }
  }

  /** The step of this epoch after which it is. */
  private int nextCheckpoint() {
    int every = run.config().checkpoint().everySteps();
    return every == 0
        ? stepsOfEpoch
        : Math.min((progress.steps() / every + 1) * every, stepsOfEpoch);
  }

  private void endEpoch(EpochCycle cycle) {
    try {
      EpochMetrics metrics =
          run.stop().during(this::cancelJobs, () -> cycle.finish(progress.progress()));
      progress.endEpoch(metrics);
      LOG.info("{}", metrics.logLine(progress.epochs()));
    } catch (RuntimeException e) {
      if (!run.stop().isMade()) {
        throw e;
      }
      LOG.info("after {}: the evaluation is left for later", progress.position());
    }
  }
}
