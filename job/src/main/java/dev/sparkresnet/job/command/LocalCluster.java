package dev.sparkresnet.job.command;

import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.spark.network.util.JavaUtils;

/**
 * Executors of this machine, one process for each replica, that share its cores.
 *
 * @param executorMegabytes heap of an executor
 */
record LocalCluster(int replicas, int coresPerReplica, long executorMegabytes) {
  private static final String MASTER = "spark.master";
  private static final String EXECUTOR_MEMORY = "spark.executor.memory";

  /** The same for the application of this process and all cores of this machine. */
  static void useUnlessClusterNamed(int replicas) {
    useUnlessClusterNamed(
        System.getProperties(), replicas, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Has Spark start executors on this machine, unless a cluster was named.
   *
   * @param settings Spark's settings, as {@link org.apache.spark.SparkConf} reads them from the
   *     system properties
   */
  static void useUnlessClusterNamed(Properties settings, int replicas, int cores) {
    if (settings.containsKey(MASTER)) {
      return;
    }
    String memory = settings.getProperty(EXECUTOR_MEMORY, "1g");
    LocalCluster cluster =
        new LocalCluster(replicas, Math.max(1, cores / replicas), JavaUtils.byteStringAsMb(memory));
    settings.putAll(cluster.settings());
  }

  private Map<String, String> settings() {
    String cores = Integer.toString(coresPerReplica);
    return Map.of(
        MASTER,
        String.format(Locale.ROOT, "local-cluster[%d,%s,%d]", replicas, cores, executorMegabytes),
        EXECUTOR_MEMORY,
        executorMegabytes + "m",
        "spark.executor.cores",
        cores,
        "spark.task.cpus",
        cores,
        "spark.executorEnv.OMP_NUM_THREADS",
        cores);
  }
}
