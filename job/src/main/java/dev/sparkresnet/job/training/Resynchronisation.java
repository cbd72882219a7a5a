package dev.sparkresnet.job.training;

import dev.sparkresnet.job.config.GradientSharingConfig.Resynchronise;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.config.TrainingConfig.Master;
import dev.sparkresnet.job.replica.Drift;
import dev.sparkresnet.job.replica.EpochPlan.Start;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides when replicas that train together start from the driver's state again. */
record Resynchronisation(TrainingConfig config) {
  private static final Logger LOG = LoggerFactory.getLogger(Resynchronisation.class);

  /**
   * What the replicas start an epoch from, given how far they were from the driver at the end of
   * the one before. Replicas that average start from the average, whatever the setting for gradient
   * sharing.
   */
  Start startOfNextEpoch(List<Drift> drifts) {
    return switch (effective()) {
      case EVERY_EPOCH -> {
        requireTogether(Drift.largest(drifts));
        yield Start.DRIVER;
      }
      case NEVER -> Start.OWN;
      case ON_DRIFT -> afterDrift(Drift.largest(drifts));
    };
  }

  /** Replicas that began an epoch alike, and got the same updates, differ by rounding alone. */
  private void requireTogether(Drift drift) {
    double limit = config.gradientSharing().driftLimit();
    if (config.master() == Master.GRADIENT_SHARING && !(drift.relative() <= limit)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Cannot close the epoch: a replica is %s of the norm away from the driver, more than"
                  + " %s (training.gradient-sharing.drift-limit): updates were lost or counted"
                  + " twice",
              drift,
              limit));
    }
  }

  /** What is started from the driver's state can be resumed as if it had not been interrupted. */
  Start startWithinEpoch() {
    return effective() == Resynchronise.EVERY_EPOCH ? Start.DRIVER : Start.OWN;
  }

  private Resynchronise effective() {
    return config.master() == Master.PARAMETER_AVERAGING
        ? Resynchronise.EVERY_EPOCH
        : config.gradientSharing().resynchronise();
  }

  private Start afterDrift(Drift drift) {
    double limit = config.gradientSharing().driftLimit();
    if (drift.relative() <= limit) {
      return Start.OWN;
    }
    LOG.warn(
        "replicas drifted by {}, more than {}: the next epoch brings them together", drift, limit);
    return Start.DRIVER;
  }
}
