package dev.sparkresnet.job.replica;

import dev.sparkresnet.job.metrics.TrainingSums;
import java.io.Serializable;
import java.util.Locale;

/**
 * What one replica did in one epoch.
 *
 * @param executor Spark's name of the executor
 * @param address where the executor runs; with the port of the exchange, if it has one
 * @param start checksum of the parameters that it started from
 * @param end the parameters that it ended with
 * @param sharing what it exchanged with the other replicas along the way
 */
public record ReplicaReport(
    int replica,
    String executor,
    String address,
    TrainingSums sums,
    int minibatches,
    long start,
    ParameterFigures end,
    StepTimes times,
    SharingReport sharing)
    implements Serializable {

  /** The report of this and then another stretch of the same epoch. */
  public ReplicaReport then(ReplicaReport next) {
    return new ReplicaReport(
        replica,
        next.executor,
        next.address,
        sums.plus(next.sums),
        minibatches + next.minibatches,
        start,
        next.end,
        times.plus(next.times),
        next.sharing);
  }

  /** The report as one of a step, on the progress so far. */
  public StepReport progress(String runId, EpochPlan plan) {
    return new StepReport(runId, replica, plan.epoch(), plan.firstStep() + minibatches, sums);
  }

  /**
   * Refuses a replica that did less or more than its share.
   *
   * @throws IllegalStateException naming the replica and what it did
   */
  public void requireShare(EpochPlan plan) {
    if (sums.examples() != plan.examples() || minibatches != plan.minibatches()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Cannot close the epoch: replica %d on executor %s trained on %d of %d examples in"
                  + " %d of %d minibatches",
              replica,
              executor,
              sums.examples(),
              plan.examples(),
              minibatches,
              plan.minibatches()));
    }
  }

  /** The evidence that this replica trained, and with its peers. */
  public String logLine() {
    return String.format(
        Locale.ROOT,
        "replica %d on executor %s at %s: %d examples in %d minibatches, loss %.3f, accuracy"
            + " %.1f %%; %s%s",
        replica,
        executor,
        address,
        sums.examples(),
        minibatches,
        sums.loss(),
        100 * sums.accuracy(),
        sharing.summary(),
        times.summary());
  }
}
