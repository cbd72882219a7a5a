package dev.sparkresnet.job.checkpoint;

import dev.sparkresnet.job.metrics.TrainingSums;

/**
 * How far a run has come, and what the epoch that is half done came to until there.
 *
 * @param sums over all replicas since the last complete epoch
 * @param seconds that these took
 * @param rollBacks how often the run diverged and went back to a checkpoint with a smaller learning
 *     rate
 */
public record Progress(Position position, TrainingSums sums, double seconds, int rollBacks) {
  /** Of a run that has not begun. */
  public static final Progress START = afterEpoch(0);

  /** Right after an epoch, without a roll-back. */
  public static Progress afterEpoch(int epoch) {
    return new Progress(Position.afterEpoch(epoch), TrainingSums.NONE, 0, 0);
  }

  /**
   * After some more steps of the same epoch.
   *
   * @param steps that are done in it now
   */
  public Progress upTo(int steps, TrainingSums moreSums, double moreSeconds) {
    return new Progress(
        new Position(position.epochs(), steps),
        sums.plus(moreSums),
        seconds + moreSeconds,
        rollBacks);
  }

  /** After the epoch that is half done. */
  public Progress atEndOfEpoch() {
    return afterEpoch(position.epochs() + 1).withRollBacks(rollBacks);
  }

  /** The same with another number of roll-backs. */
  public Progress withRollBacks(int count) {
    return new Progress(position, sums, seconds, count);
  }
}
