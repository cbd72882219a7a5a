package dev.sparkresnet.job.network;

import dev.sparkresnet.job.failure.UserErrorException;
import java.util.Map;
import org.apache.spark.network.util.MapConfigProvider;
import org.apache.spark.network.util.TransportConf;

/**
 * Settings of Spark's network library that do not hang on the user's: authenticated by Spark's own
 * handshake (version 2), encrypted with AES-GCM, never less.
 */
final class SecuredTransport {
  private static final String MODULE = "gradient-sharing";
  private static final String CIPHER = "org.apache.spark.network.crypto.GcmTransportCipher";

  private SecuredTransport() {}

  static TransportConf conf(PeerSettings settings) {
    String threads = String.valueOf(settings.threads());
    String patience = settings.timeout().toMillis() + "ms";
    return new TransportConf(
        MODULE,
        new MapConfigProvider(
            Map.ofEntries(
                Map.entry("spark.network.crypto.enabled", "true"),
                Map.entry("spark.network.crypto.saslFallback", "false"),
                Map.entry("spark.network.crypto.cipher", "AES/GCM/NoPadding"),
                Map.entry("spark.network.crypto.authEngineVersion", "2"),
                Map.entry("spark.network.auth.rpcTimeout", patience),
                Map.entry("spark." + MODULE + ".io.connectionTimeout", patience),
                Map.entry("spark." + MODULE + ".io.connectionCreationTimeout", patience),
                Map.entry("spark." + MODULE + ".io.serverThreads", threads),
                Map.entry("spark." + MODULE + ".io.clientThreads", threads),
                Map.entry("spark." + MODULE + ".io.enableTcpKeepAlive", "true"))));
  }

  /**
   * Refuses a Spark whose encryption has no integrity.
   *
   * @throws UserErrorException saying what it lacks
   */
  static void require() {
    try {
      Class<?> unused = Class.forName(CIPHER, false, SecuredTransport.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new UserErrorException(
          "Cannot exchange updates: this Spark cannot encrypt with AES/GCM/NoPadding (it has no "
              + CIPHER
              + "); use Spark 3.5.2 or later, or set training.master = parameter-averaging",
          e);
    }
  }
}
