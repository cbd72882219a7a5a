package dev.sparkresnet.job.spark;

import dev.sparkresnet.job.failure.ClusterException;
import dev.sparkresnet.job.thread.Polling;
import java.time.Duration;
import java.util.Locale;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wait for executors, as short as it can be.
 *
 * @param executors how many there are now
 * @param requireHope throws what is known to keep more from coming
 */
record ExecutorWait(IntSupplier executors, Runnable requireHope) {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutorWait.class);

  /**
   * Waits for one executor for every replica.
   *
   * @return how many there are
   * @throws ClusterException if there are too few after the wait
   */
  int until(int replicas, Duration wait) {
    requireHope.run();
    if (executors.getAsInt() < replicas) {
      LOG.info(
          "waiting up to {} s for {} executors (training.executor-wait)",
          wait.toSeconds(),
          replicas);
    }
    if (!Polling.until(() -> hasCome(replicas), wait, "wait for executors")) {
      throw new ClusterException(
          String.format(
              Locale.ROOT,
              "Cannot train %d replicas: only %d executors came within %d s"
                  + " (training.executor-wait); run it again when the cluster has room, wait longer,"
                  + " or set training.replicas",
              replicas,
              executors.getAsInt(),
              wait.toSeconds()));
    }
    return executors.getAsInt();
  }

  private boolean hasCome(int replicas) {
    requireHope.run();
    return executors.getAsInt() >= replicas;
  }
}
