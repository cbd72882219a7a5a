package dev.sparkresnet.job.benchmark;

import dev.sparkresnet.model.benchmark.Timing;

/**
 * What gradient sharing between two replicas adds to the steps of one, by the median of each part,
 * without what depends on the network between them.
 *
 * @param batch images of a minibatch
 * @param compute forward, backward and optimizer
 * @param plainApply the change of the parameters in a step without sharing
 * @param encode update to messages
 * @param sumSeconds mean time to add up its part of the parameters
 * @param apply the change of the parameters by the sums
 * @param meanSentBytes that a replica sends in a round
 * @param sparsity mean share of the parameters that it sends
 * @param parameters of the network
 */
record SharingCost(
    int batch,
    Timing compute,
    Timing plainApply,
    Timing encode,
    double sumSeconds,
    Timing apply,
    double meanSentBytes,
    double sparsity,
    int parameters) {

  /** Time of a step that is shared less that of one that is not. */
  double addedSeconds() {
    return encode.medianSeconds() + sumSeconds + apply.medianSeconds() - plainApply.medianSeconds();
  }

  /** The added time as a share of a step that is not shared. */
  double addedShare() {
    return addedSeconds() / plainSeconds();
  }

  /** A step that is not shared. */
  double plainSeconds() {
    return compute.medianSeconds() + plainApply.medianSeconds();
  }
}
