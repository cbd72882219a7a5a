package dev.sparkresnet.job.preflight.measure;

import dev.sparkresnet.job.spark.ExecutorLimit;
import java.time.Duration;

/**
 * Which executors there are.
 *
 * @param master that Spark was started with
 * @param kind where that has executors run
 * @param limit of those that there can ever be
 * @param found how many came
 * @param patience how long they had
 * @param silence why those that came did not say what they found, empty if they did
 */
public record ExecutorCount(
    String master, Kind kind, ExecutorLimit limit, int found, Duration patience, String silence) {

  /** Where executors run. */
  public enum Kind {
    PROCESSES,
    /** In threads of the driver. */
    LOCAL
  }

  public ExecutorCount found(int executors) {
    return new ExecutorCount(master, kind, limit, executors, patience, silence);
  }

  public ExecutorCount silent(String reason) {
    return new ExecutorCount(master, kind, limit, found, patience, reason);
  }
}
