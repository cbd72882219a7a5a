package dev.sparkresnet.job.preflight.measure;

import java.io.IOException;
import java.io.Serializable;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockManagerId;

/**
 * A TCP port that a JVM listens at.
 *
 * @param host name or address
 */
public record Service(String host, int port) implements Serializable {

  /** Where Spark serves the blocks of data of this JVM. */
  static Service ofBlocks() {
    BlockManagerId own = SparkEnv.get().blockManager().blockManagerId();
    return new Service(own.host(), own.port());
  }

  /** Whether a connection is accepted within the time. */
  public boolean isReachable(Duration bound) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), (int) bound.toMillis());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
