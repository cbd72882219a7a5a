package dev.sparkresnet.job.spark;

import static dev.sparkresnet.job.launch.ReplicaSettings.EXECUTORS;
import static dev.sparkresnet.job.launch.ReplicaSettings.EXECUTOR_CORES;
import static dev.sparkresnet.job.launch.ReplicaSettings.MOST_CORES;

import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.launch.LocalExecutors;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.SparkConf;

/**
 * How many executors an application will ever have by its own settings, however long anyone waits.
 *
 * @param most so many
 * @param setting that says so
 */
public record ExecutorLimit(int most, String setting) {
  private static final int INSTANCES_BY_DEFAULT = 2;
  private static final ExecutorLimit NONE = new ExecutorLimit(Integer.MAX_VALUE, "");

  /** The limit of an application whose executors are neither added nor removed by their load. */
  static ExecutorLimit of(SparkConf conf) {
    String master = conf.get("spark.master", "");
    Optional<LocalExecutors> local = LocalExecutors.named(master);
    if (local.isPresent()) {
      int each = Integer.parseInt(local.get().cores());
      return new ExecutorLimit(
          local.get().count() * Math.max(1, each / conf.getInt(EXECUTOR_CORES, each)), master);
    }
    if (master.startsWith("spark://")) {
      return byCores(conf).orElse(NONE);
    }
    if (master.equals("yarn") || master.startsWith("k8s://")) {
      int instances = conf.getInt(EXECUTORS, INSTANCES_BY_DEFAULT);
      return new ExecutorLimit(
          instances, String.format(Locale.ROOT, "%s = %d", EXECUTORS, instances));
    }
    return NONE;
  }

  private static Optional<ExecutorLimit> byCores(SparkConf conf) {
    if (!conf.contains(MOST_CORES) || !conf.contains(EXECUTOR_CORES)) {
      return Optional.empty();
    }
    int all = conf.getInt(MOST_CORES, 0);
    int each = conf.getInt(EXECUTOR_CORES, 1);
    return Optional.of(
        new ExecutorLimit(
            all / each,
            String.format(
                Locale.ROOT, "%s = %d with %s = %d", MOST_CORES, all, EXECUTOR_CORES, each)));
  }

  /**
   * Refuses to wait for what never comes.
   *
   * @throws UserErrorException naming the setting
   */
  void require(int replicas) {
    if (most < replicas) {
      throw new UserErrorException(
          String.format(
              Locale.ROOT,
              "Cannot train %d replicas: the application never has more than %d executors (%s);"
                  + " raise that or set training.replicas",
              replicas,
              most,
              setting));
    }
  }
}
