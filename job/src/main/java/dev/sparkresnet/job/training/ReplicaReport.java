package dev.sparkresnet.job.training;

import dev.sparkresnet.job.cluster.Endpoint;
import java.io.Serializable;

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
    implements Serializable {}
