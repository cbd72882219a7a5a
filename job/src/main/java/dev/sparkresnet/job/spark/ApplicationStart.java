package dev.sparkresnet.job.spark;

import dev.sparkresnet.job.failure.Causes;
import dev.sparkresnet.job.failure.ClusterException;
import dev.sparkresnet.job.failure.Reason;
import dev.sparkresnet.job.failure.RunException;
import dev.sparkresnet.job.failure.UserErrorException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.yarn.exceptions.YarnException;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start of a Spark application. What keeps it from starting is either for its user to mend or a
 * matter of the cluster, which may have room, or be there, later.
 */
final class ApplicationStart {
  private static final Logger LOG = LoggerFactory.getLogger(ApplicationStart.class);
  private static final String MASTERS = "spark://";
  private static final String WEB_PORT = "spark.ui.port";
  private static final int FIRST_WEB_PORT = 4040;
  private static final int PORTS_TO_TRY = 16;
  private static final int HIGHEST_PORT = 65_535;
  private static final int MILLIS_TO_ANSWER = 3_000;

  /** What the same command would meet again. */
  private static final List<Class<? extends Exception>> STAYS =
      List.of(
          BindException.class,
          FileNotFoundException.class,
          AccessControlException.class,
          YarnException.class,
          ClassNotFoundException.class,
          UnknownHostException.class,
          UnresolvedAddressException.class,
          IllegalArgumentException.class);

  private final SparkConf conf;

  ApplicationStart(SparkConf conf) {
    this.conf = conf;
  }

  /**
   * Starts it.
   *
   * @throws UserErrorException if it never starts with these settings
   * @throws ClusterException if it may start later
   */
  JavaSparkContext start() {
    findPortOfWebPage();
    try {
      return new JavaSparkContext(conf);
    } catch (Exception e) {
      // Scala need not declare what it throws.
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw explained(e);
    }
  }

  /** Spark would end this process if it found no port for a page that nobody need look at. */
  private void findPortOfWebPage() {
    int first = conf.getInt(WEB_PORT, FIRST_WEB_PORT);
    if (first == 0 || !conf.getBoolean("spark.ui.enabled", true)) {
      return;
    }
    int last = first + conf.getInt("spark.port.maxRetries", PORTS_TO_TRY);
    if (IntStream.rangeClosed(first, Math.min(last, HIGHEST_PORT))
        .noneMatch(ApplicationStart::isFree)) {
      LOG.warn("ports {} to {} are in use: Spark's web page gets another", first, last);
      conf.set(WEB_PORT, "0");
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** What to report of a start that failed. */
  RunException explained(Exception failure) {
    if (failure instanceof RunException ours) {
      return ours;
    }
    String master = conf.get("spark.master");
    String cannot = "Cannot start Spark on " + master + ": ";
    if (master.startsWith(MASTERS) && masters().noneMatch(ApplicationStart::answers)) {
      return new ClusterException(
          cannot + "no master answers there; " + Reason.of(failure), failure);
    }
    String message = cannot + Reason.of(failure) + cure(failure);
    return STAYS.stream().anyMatch(kind -> Causes.first(kind, failure).isPresent())
        ? new UserErrorException(message, failure)
        : new ClusterException(message, failure);
  }

  private Stream<URI> masters() {
    return Arrays.stream(conf.get("spark.master").substring(MASTERS.length()).split(",", -1))
        .map(address -> URI.create(MASTERS + address));
  }

  private static boolean answers(URI master) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(master.getHost(), master.getPort()), MILLIS_TO_ANSWER);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private String cure(Exception failure) {
    if (Causes.first(BindException.class, failure).isPresent()) {
      return "; set spark.driver.bindAddress and spark.driver.host to an address of this host, and"
          + " spark.driver.port to a port that is free";
    }
    boolean isLogged = conf.getBoolean("spark.eventLog.enabled", false);
    if (isLogged && Causes.first(FileNotFoundException.class, failure).isPresent()) {
      return "; make the folder for Spark's event log, or set spark.eventLog.dir or"
          + " spark.eventLog.enabled=false";
    }
    return "";
  }
}
