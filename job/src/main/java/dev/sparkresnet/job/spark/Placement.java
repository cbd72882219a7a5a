package dev.sparkresnet.job.spark;

import dev.sparkresnet.job.device.ReplicaDevice;
import dev.sparkresnet.job.network.LocalAddress;
import java.io.Serializable;

/**
 * Where a replica is.
 *
 * @param replica its number, from 0
 * @param executor Spark's name for its executor
 * @param host Spark's name for its host
 */
public record Placement(int replica, String executor, String host, ReplicaDevice device)
    implements Serializable {

  /** The replica of this executor. */
  public static Placement ofThisJvm(int replica, ReplicaDevice device) {
    return new Placement(replica, LocalAddress.executorId(), LocalAddress.sparkHost(), device);
  }
}
