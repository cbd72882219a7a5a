package dev.sparkresnet.job.training;

import dev.sparkresnet.job.cluster.Endpoint;
import dev.sparkresnet.job.config.GradientSharingConfig;
import dev.sparkresnet.model.NetworkSpec;
import dev.sparkresnet.model.OptimizerSpec;
import java.io.Serializable;

/**
 * What every executor has to know of a run, the same for all replicas and epochs.
 *
 * @param runId tells this run's replica from one that an earlier run left in the same JVM
 * @param driver the driver's end of the update mesh
 * @param streamId keeps the messages of two runs on one host apart
 */
record ReplicaSetup(
    String runId,
    NetworkSpec network,
    OptimizerSpec optimizer,
    long seed,
    int replicas,
    Endpoint driver,
    int streamId,
    GradientSharingConfig sharing)
    implements Serializable {}
