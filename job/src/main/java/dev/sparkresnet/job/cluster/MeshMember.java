package dev.sparkresnet.job.cluster;

import java.io.Serializable;

/**
 * A replica that has joined the update mesh.
 *
 * @param replica its number, from 0
 * @param executor Spark's name for its executor
 * @param host Spark's name for its host
 */
public record MeshMember(int replica, String executor, String host, Endpoint endpoint)
    implements Serializable {

  /** The replica of this executor. */
  public static MeshMember ofThisJvm(int replica, UpdateMesh mesh) {
    return new MeshMember(
        replica, LocalAddress.executorId(), LocalAddress.sparkHost(), mesh.endpoint());
  }
}
