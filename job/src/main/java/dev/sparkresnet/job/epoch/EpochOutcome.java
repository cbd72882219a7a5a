package dev.sparkresnet.job.epoch;

import dev.sparkresnet.job.metrics.TrainingSums;
import dev.sparkresnet.job.replica.ReplicaReport;
import java.util.List;

/**
 * What some steps of an epoch came to.
 *
 * @param reports one for every replica, in the order of the replicas; none if no step was done
 * @param threshold the mean of the thresholds that the encodings ended with
 */
public record EpochOutcome(List<ReplicaReport> reports, double threshold) {

  /** Steps that some replica did. */
  public int steps() {
    return reports.stream().mapToInt(ReplicaReport::minibatches).max().orElse(0);
  }

  public TrainingSums sums() {
    return reports.stream().map(ReplicaReport::sums).reduce(TrainingSums.NONE, TrainingSums::plus);
  }
}
