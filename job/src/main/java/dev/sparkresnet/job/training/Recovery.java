package dev.sparkresnet.job.training;

import dev.sparkresnet.job.config.RecoveryConfig;
import dev.sparkresnet.job.config.RecoveryConfig.OnDivergence;
import dev.sparkresnet.job.failure.DivergedException;
import dev.sparkresnet.job.failure.ExecutorsLostException;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides whether a run goes on by itself, from its last checkpoint, after it has failed. */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final RecoveryConfig config;
  private int losses;
  private int published;

  Recovery(RecoveryConfig config) {
    this.config = config;
  }

  /**
   * Takes note of a failure.
   *
   * @param rollBacks of the run until now
   * @param checkpoints that were published until now: who comes as far as the next has recovered
   *     from the losses before
   * @param takenBack whether the cluster took its executors back on purpose, which does not count
   * @return its roll-backs from here on
   * @throws RuntimeException the failure, if the run is to end with it
   */
  int after(RuntimeException failure, int rollBacks, int checkpoints, boolean takenBack) {
    if (failure instanceof ExecutorsLostException) {
      goOnAfterLoss(failure, checkpoints, takenBack);
      return rollBacks;
    }
    if (failure instanceof DivergedException && config.onDivergence() == OnDivergence.ROLL_BACK) {
      rollBack(failure, rollBacks);
      return rollBacks + 1;
    }
    throw failure;
  }

  private void goOnAfterLoss(RuntimeException failure, int checkpoints, boolean takenBack) {
    if (takenBack) {
      LOG.warn(
          "{}; taken back by the cluster, going on from the last checkpoint", failure.getMessage());
      return;
    }
    if (checkpoints > published) {
      published = checkpoints;
      losses = 0;
    }
    losses++;
    String count =
        String.format(
            Locale.ROOT,
            "%d lost of at most %d since the last checkpoint (training.recovery.max-failures)",
            losses,
            config.maxFailures());
    if (losses > config.maxFailures()) {
      throw new ExecutorsLostException(failure.getMessage() + "; " + count, failure);
    }
    LOG.warn("{}; {}, going on from the last checkpoint", failure.getMessage(), count);
  }

  private void rollBack(RuntimeException failure, int rollBacks) {
    if (rollBacks == config.maxRollBacks()) {
      throw new DivergedException(
          String.format(
              Locale.ROOT,
              "%s; after %d roll-backs (training.recovery.max-roll-backs)",
              failure.getMessage(),
              rollBacks),
          failure);
    }
    LOG.warn(
        "{}; roll-back {} of at most {}: the learning rate is multiplied by {} from here on",
        failure.getMessage(),
        rollBacks + 1,
        config.maxRollBacks(),
        config.learningRateFactor(rollBacks + 1));
  }
}
