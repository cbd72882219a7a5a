package dev.sparkresnet.job.launch;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What Spark's settings have to say so that each replica is one task that fills one executor. */
public final class ReplicaSettings {
  public static final String EXECUTOR_CORES = "spark.executor.cores";

  /** How many executors there are, where the cluster manager is told so. */
  public static final String EXECUTORS = "spark.executor.instances";

  /** How many there are on a standalone cluster, in cores of all of them. */
  public static final String MOST_CORES = "spark.cores.max";

  /**
   * Replicas that train together can be neither added, nor run twice, nor started again alone:
   * after a failure all of them go on from the last checkpoint, on the executors that are there. A
   * barrier stage for which Spark excludes one of these would never start.
   */
  public static final SortedMap<String, String> WITHOUT_RETRIES =
      Collections.unmodifiableSortedMap(
          new TreeMap<>(
              Map.of(
                  "spark.dynamicAllocation.enabled", "false",
                  "spark.excludeOnFailure.enabled", "false",
                  "spark.speculation", "false",
                  "spark.task.maxFailures", "1",
                  "spark.stage.maxConsecutiveAttempts", "1")));

  private ReplicaSettings() {}

  /** A replica takes all cores of its executor, and ND4J uses as many threads. */
  static Map<String, String> filling(String cores) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(EXECUTOR_CORES, cores);
    settings.put("spark.task.cpus", cores);
    settings.put("spark.executorEnv.OMP_NUM_THREADS", cores);
    return settings;
  }
}
