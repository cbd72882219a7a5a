package dev.sparkresnet.job.spark;

import dev.sparkresnet.job.failure.UserErrorException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * How many executors an application will ever have by its own settings, however long anyone waits.
 *
 * @param most so many
 * @param setting that says so
 */
public record ExecutorLimit(int most, String setting) {
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,\\s*(\\d+)\\s*]");
  private static final String INSTANCES = "spark.executor.instances";
  private static final String CORES = "spark.executor.cores";
  private static final String MOST_CORES = "spark.cores.max";
  private static final int INSTANCES_BY_DEFAULT = 2;
  private static final ExecutorLimit NONE = new ExecutorLimit(Integer.MAX_VALUE, "");

  /** The limit of an application whose executors are neither added nor removed by their load. */
  static ExecutorLimit of(SparkConf conf) {
    String master = conf.get("spark.master", "");
    Matcher local = LOCAL_CLUSTER.matcher(master);
    if (local.matches()) {
      int workers = Integer.parseInt(local.group(1));
      int each = Integer.parseInt(local.group(2));
      return new ExecutorLimit(workers * Math.max(1, each / conf.getInt(CORES, each)), master);
    }
    if (master.startsWith("spark://")) {
      return byCores(conf).orElse(NONE);
    }
    if (master.equals("yarn") || master.startsWith("k8s://")) {
      int instances = conf.getInt(INSTANCES, INSTANCES_BY_DEFAULT);
      return new ExecutorLimit(
          instances, String.format(Locale.ROOT, "%s = %d", INSTANCES, instances));
    }
    return NONE;
  }

  private static Optional<ExecutorLimit> byCores(SparkConf conf) {
    if (!conf.contains(MOST_CORES) || !conf.contains(CORES)) {
      return Optional.empty();
    }
    int all = conf.getInt(MOST_CORES, 0);
    int each = conf.getInt(CORES, 1);
    return Optional.of(
        new ExecutorLimit(
            all / each,
            String.format(Locale.ROOT, "%s = %d with %s = %d", MOST_CORES, all, CORES, each)));
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
