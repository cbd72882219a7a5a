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
 * @param residualSum sum of the parameter changes that the replicas had not shared when the epoch
 *     ended
 */
record EpochOutcome(List<ReplicaReport> reports, FlatVector velocitySum, FlatVector residualSum)
    implements Serializable {

  /** Adds another outcome to this one, whose sums are changed in place. */
  EpochOutcome merge(EpochOutcome other) {
    List<ReplicaReport> all = new ArrayList<>(reports);
    all.addAll(other.reports);
    all.sort(Comparator.comparingInt(ReplicaReport::replica));
    velocitySum.add(other.velocitySum);
    residualSum.add(other.residualSum);
    return new EpochOutcome(all, velocitySum, residualSum);
  }

  TrainingSums sums() {
    return reports.stream().map(ReplicaReport::sums).reduce(TrainingSums.NONE, TrainingSums::plus);
  }

  double meanThreshold() {
    return reports.stream().mapToDouble(ReplicaReport::threshold).average().orElseThrow();
  }
}
