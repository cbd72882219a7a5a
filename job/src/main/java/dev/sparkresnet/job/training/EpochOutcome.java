package dev.sparkresnet.job.training;

import dev.sparkresnet.job.metrics.TrainingSums;
import java.util.List;

/**
 * What an epoch came to.
 *
 * @param reports one for every replica, in the order of the replicas
 * @param threshold the mean of the thresholds that the encodings ended with
 */
record EpochOutcome(List<ReplicaReport> reports, double threshold) {

  TrainingSums sums() {
    return reports.stream().map(ReplicaReport::sums).reduce(TrainingSums.NONE, TrainingSums::plus);
  }
}
