package dev.sparkresnet.job.config;

import java.io.Serializable;

/**
 * The block {@code training.recovery}: what a run goes on after by itself.
 *
 * @param maxFailures how often executors may be lost before the run ends
 * @param onDivergence what to do when loss or parameters are no longer finite
 * @param rollBackFactor what the learning rate is multiplied by with every roll-back
 * @param maxRollBacks how often the run may be rolled back
 */
public record RecoveryConfig(
    int maxFailures, OnDivergence onDivergence, double rollBackFactor, int maxRollBacks)
    implements Serializable {

  /** What to do about a run that diverges. */
  public enum OnDivergence {
    FAIL,
    ROLL_BACK
  }

  /** What the learning rate is multiplied by after so many roll-backs. */
  public double learningRateFactor(int rollBacks) {
    return Math.pow(rollBackFactor, rollBacks);
  }

  static RecoveryConfig read(ConfigSection section) {
    return new RecoveryConfig(
        section.value("max-failures", ValueReader.INTEGER, Rule.atLeast(0)),
        section.value("on-divergence", ValueReader.oneOf(OnDivergence.class)),
        section.value("roll-back-factor", ValueReader.NUMBER, Rule.positiveFraction()),
        section.value("max-roll-backs", ValueReader.INTEGER, Rule.atLeast(1)));
  }
}
