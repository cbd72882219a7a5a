package dev.sparkresnet.job.training;

import dev.sparkresnet.datasets.ShardPlan;
import java.io.Serializable;

/**
 * The steps of one epoch.
 *
 * @param epoch counted from 1
 * @param start where the replicas start from
 */
record EpochPlan(int epoch, ShardPlan shards, Start start) implements Serializable {

  /** Where a replica starts an epoch from. */
  enum Start {
    /** The driver's parameters and velocity, with nothing left to send. */
    DRIVER,
    /** What the replica itself ended the epoch before with. */
    OWN
  }

  /** Minibatches of every replica in an epoch. */
  int steps() {
    return shards.minibatchesPerReplica();
  }

  /** Steps of the whole run before the given one of this epoch (from 0). */
  int iteration(int step) {
    return (epoch - 1) * steps() + step;
  }

  /** Epochs done before a step, which is what a schedule counts in. */
  double epochsBefore(int step) {
    return epoch - 1 + (double) step / steps();
  }
}
