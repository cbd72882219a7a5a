package dev.sparkresnet.job.training;

import dev.sparkresnet.model.OptimizerSpec;
import java.io.Serializable;

/**
 * The steps of one epoch.
 *
 * @param epoch counted from 1
 * @param steps minibatches of every replica in an epoch
 */
record EpochPlan(int epoch, int steps) implements Serializable {

  /** Steps of the whole run before the given one of this epoch (from 0). */
  int iteration(int step) {
    return (epoch - 1) * steps + step;
  }

  /**
   * The learning rate of every replica at a step.
   *
   * <p>The updates of all replicas are added up; with the rate divided by their number the sum is
   * the step that one replica would have taken on the whole global minibatch.
   */
  double replicaLearningRate(OptimizerSpec optimizer, int step, int replicas) {
    return learningRate(optimizer, step) / replicas;
  }

  double learningRate(OptimizerSpec optimizer, int step) {
    return optimizer.learningRateAt(epoch - 1 + (double) step / steps);
  }
}
