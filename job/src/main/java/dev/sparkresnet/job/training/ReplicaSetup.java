package dev.sparkresnet.job.training;

import dev.sparkresnet.datasets.CifarFormat;
import dev.sparkresnet.job.cluster.ClusterSession;
import dev.sparkresnet.job.cluster.Endpoint;
import dev.sparkresnet.job.cluster.UdpPorts;
import dev.sparkresnet.job.config.GradientSharingConfig;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.failure.MendableException;
import dev.sparkresnet.model.NetworkSpec;
import dev.sparkresnet.model.OptimizerSpec;
import dev.sparkresnet.model.ResNet;
import java.io.Serializable;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.deeplearning4j.nn.graph.ComputationGraph;

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
    implements Serializable {

  /** The setup of a new run, with a free port of the driver for its mesh. */
  static ReplicaSetup of(TrainingConfig config, ClusterSession session) {
    GradientSharingConfig sharing = config.gradientSharing();
    return new ReplicaSetup(
        UUID.randomUUID().toString(),
        network(config),
        config.optimizer().optimizer(),
        config.seed(),
        config.replicas(),
        UdpPorts.freeEndpoint(session.driverAddress(sharing.networkMask()), sharing.portRange()),
        ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE),
        sharing);
  }

  private static NetworkSpec network(TrainingConfig config) {
    try {
      return config.model().network(CifarFormat.SIDE, CifarFormat.CLASSES);
    } catch (IllegalArgumentException e) {
      throw new MendableException(e.getMessage(), e);
    }
  }

  /** The network with its initial weights, the same everywhere. */
  ComputationGraph newNetwork() {
    return ResNet.create(network, optimizer, seed);
  }
}
