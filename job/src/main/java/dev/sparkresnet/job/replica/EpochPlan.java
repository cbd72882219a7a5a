package dev.sparkresnet.job.replica;

import dev.sparkresnet.datasets.ShardPlan;
import java.io.Serializable;
import java.util.Locale;

/**
 * Steps of one epoch that the replicas do in one go.
 *
 * @param epoch counted from 1
 * @param firstStep of the epoch, counted from 0
 * @param endStep the one after the last
 */
public record EpochPlan(int epoch, ShardPlan shards, int firstStep, int endStep)
    implements Serializable {

  /** A whole epoch. */
  public static EpochPlan whole(int epoch, ShardPlan shards) {
    return new EpochPlan(epoch, shards, 0, shards.minibatchesPerReplica());
  }

  /** Some of the steps. */
  public EpochPlan part(int first, int end) {
    return new EpochPlan(epoch, shards, first, end);
  }

  /** Steps of every replica in the whole epoch. */
  public int steps() {
    return shards.minibatchesPerReplica();
  }

  /** Minibatches of every replica in this plan. */
  public int minibatches() {
    return endStep - firstStep;
  }

  /** Examples of every replica in this plan. */
  public int examples() {
    return Math.min(endStep * shards.batchSize(), shards.examplesPerReplica())
        - firstStep * shards.batchSize();
  }

  /** Such as "steps 1 to 391", counted from 1 within the epoch. */
  public String stretch() {
    return String.format(Locale.ROOT, "steps %d to %d", firstStep + 1, endStep);
  }

  /** Steps of the whole run before the given one of this epoch (from 0). */
  public int iteration(int step) {
    return (epoch - 1) * steps() + step;
  }

  /** Epochs done before a step, which is what a schedule counts in. */
  double epochsBefore(int step) {
    return epoch - 1 + (double) step / steps();
  }
}
