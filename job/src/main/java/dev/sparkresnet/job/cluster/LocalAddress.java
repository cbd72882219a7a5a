package dev.sparkresnet.job.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.spark.SparkEnv;
import org.nd4j.parameterserver.distributed.util.NetworkOrganizer;

/** The address by which the other participants reach this JVM. */
public final class LocalAddress {
  private LocalAddress() {}

  /**
   * The address in the given network, or the one that Spark itself uses when there is no mask.
   *
   * @param networkMask such as {@code 10.1.0.0/16}, or empty
   */
  public static InetAddress ofThisJvm(String networkMask) {
    try {
      if (networkMask.isEmpty()) {
        return InetAddress.getByName(host());
      }
      return InetAddress.getByName(new NetworkOrganizer(networkMask).getMatchingAddress());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(
          "Cannot find an address for the update mesh: unknown host " + e.getMessage(), e);
    }
  }

  /** The host or address by which Spark knows this JVM. */
  public static String host() {
    return SparkEnv.get().blockManager().blockManagerId().host();
  }

  /** Spark's name for this JVM, unique in an application. */
  public static String executorId() {
    return SparkEnv.get().executorId();
  }
}
