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

  Recovery(RecoveryConfig config) {
    this.config = config;
  }

  /**
   * Takes note of a failure.
   *
   * @param rollBacks of the run until now
   * @return its roll-backs from here on
   * @throws RuntimeException the failure, if the run is to end with it
   */
  int after(RuntimeException failure, int rollBacks) {
    if (failure instanceof ExecutorsLostException) {
      goOnAfterLoss(failure);
      return rollBacks;
    }
    if (failure instanceof DivergedException && config.onDivergence() == OnDivergence.ROLL_BACK) {
      rollBack(failure, rollBacks);
      return rollBacks + 1;
    }
    throw failure;
  }

  private void goOnAfterLoss(RuntimeException failure) {
    losses++;
    String count =
        String.format(
            Locale.ROOT,
            "%d lost of at most %d (training.recovery.max-failures)",
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
