package dev.sparkresnet.job.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the replicas bring back from an epoch.
 *
 * @param reports one for every replica, in the order of the replicas
 * @param velocitySum sum of the replicas' optimiser states
 */
record EpochOutcome(List<ReplicaReport> reports, FlatVector velocitySum) implements Serializable {

  /** Adds another outcome to this one, whose sum is changed in place. */
  EpochOutcome merge(EpochOutcome other) {
    List<ReplicaReport> all = new ArrayList<>(reports);
    all.addAll(other.reports);
    all.sort(Comparator.comparingInt(ReplicaReport::replica));
    velocitySum.add(other.velocitySum);
    return new EpochOutcome(all, velocitySum);
  }

  TrainingSums sums() {
    return reports.stream().map(ReplicaReport::sums).reduce(TrainingSums.NONE, TrainingSums::plus);
  }

  double meanThreshold() {
    return reports.stream().mapToDouble(ReplicaReport::threshold).average().orElseThrow();
  }
}
