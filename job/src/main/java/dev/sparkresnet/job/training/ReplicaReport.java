package dev.sparkresnet.job.training;

import dev.sparkresnet.job.cluster.Endpoint;
import java.io.Serializable;
import java.util.Locale;

/**
 * What one replica did in one epoch.
 *
 * @param updatesSent encoded updates sent in this epoch
 * @param updatesReceived encoded updates of the other replicas applied in this epoch
 * @param sentTotal encoded updates sent since the run began
 * @param threshold the threshold that the encoding ended with
 */
record ReplicaReport(
    int replica,
    String executor,
    Endpoint endpoint,
    TrainingSums sums,
    int minibatches,
    long updatesSent,
    long updatesReceived,
    long sentTotal,
    double threshold,
    StepTimes times)
    implements Serializable {

  /** The evidence that this replica trained, and with its peers. */
  String logLine() {
    return String.format(
        Locale.ROOT,
        "replica %d on executor %s at %s: %d examples in %d minibatches, loss %.3f, sent %d and"
            + " received %d updates, threshold %.2e, %s",
        replica,
        executor,
        endpoint,
        sums.examples(),
        minibatches,
        sums.loss(),
        updatesSent,
        updatesReceived,
        threshold,
        times.summary());
  }
}
