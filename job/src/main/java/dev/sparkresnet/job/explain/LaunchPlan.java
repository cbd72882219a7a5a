package dev.sparkresnet.job.explain;

import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.memory.MemoryGrant;
import dev.sparkresnet.job.memory.MemoryPlan;
import dev.sparkresnet.job.memory.MemoryUnits;
import dev.sparkresnet.job.memory.ResultLimit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a run is started with: settings of Spark that follow from the configuration, where none were
 * made, and the flags of both kinds of JVM.
 *
 * @param computed settings of Spark by key
 * @param given all settings that were made
 */
record LaunchPlan(
    MemoryPlan need,
    MemoryGrant driver,
    MemoryGrant executor,
    Map<String, String> computed,
    SparkSettings given) {
  static final String DRIVER_FLAGS = "spark.driver.extraJavaOptions";
  static final String EXECUTOR_FLAGS = "spark.executor.extraJavaOptions";

  private static final String EXECUTOR_MEMORY = "spark.executor.memory";

  /** Executors of this machine: how many, cores of each, mebibytes of each. */
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,\\s*(\\d+)\\s*]");

  /**
   * The plan of a run.
   *
   * @param machineBytes memory of this machine, for a run that has its executors here
   * @throws dev.sparkresnet.job.failure.MendableException if the run has no room in what it is
   *     given
   */
  static LaunchPlan of(TrainingConfig config, SparkSettings made, long machineBytes) {
    SparkSettings given = made.orElse(ofLocalCluster(made.master()));
    MemoryPlan need = MemoryPlan.of(config);
    MemoryGrant driver = MemoryGrant.ofDriver(need, given.values());
    MemoryGrant executor = MemoryGrant.ofExecutor(need, given.values());
    Matcher local = LOCAL_CLUSTER.matcher(given.master());
    if (local.matches()) {
      MemoryGrant.requireRoom(driver, executor, Integer.parseInt(local.group(1)), machineBytes);
    }
    Map<String, String> computed = new LinkedHashMap<>();
    computed.put("spark.driver.memory", megabytes(driver.heapBytes()));
    computed.put("spark.driver.memoryOverhead", megabytes(driver.overheadBytes()));
    computed.put(EXECUTOR_MEMORY, megabytes(executor.heapBytes()));
    computed.put("spark.executor.memoryOverhead", megabytes(executor.overheadBytes()));
    computed.put("spark.executor.instances", Integer.toString(config.replicas()));
    given.value(SparkSettings.EXECUTOR_CORES).ifPresent(cores -> putCores(computed, cores));
    ResultLimit.of(need, given.value(ResultLimit.KEY))
        .ifPresent(limit -> computed.put(ResultLimit.KEY, limit));
    given.values().forEach(computed::replace);
    // Replicas that train together can be neither added, nor run twice, nor started again alone.
    computed.put("spark.dynamicAllocation.enabled", "false");
    computed.put("spark.speculation", "false");
    computed.put("spark.task.maxFailures", "1");
    computed.put("spark.stage.maxConsecutiveAttempts", "1");
    return new LaunchPlan(need, driver, executor, computed, given);
  }

  private static Map<String, String> ofLocalCluster(String master) {
    Matcher local = LOCAL_CLUSTER.matcher(master);
    return local.matches()
        ? Map.of(
            SparkSettings.EXECUTOR_CORES, local.group(2), EXECUTOR_MEMORY, local.group(3) + "m")
        : Map.of();
  }

  /** One replica fills one executor. */
  private static void putCores(Map<String, String> computed, String cores) {
    computed.put(SparkSettings.EXECUTOR_CORES, cores);
    computed.put("spark.task.cpus", cores);
    computed.put("spark.executorEnv.OMP_NUM_THREADS", cores);
  }

  private static String megabytes(long bytes) {
    return MemoryUnits.mebibytes(bytes) + "m";
  }

  List<String> driverFlags() {
    return JavaFlags.of(driver, given.shown().getOrDefault(DRIVER_FLAGS, ""));
  }

  List<String> executorFlags() {
    return JavaFlags.of(executor, given.shown().getOrDefault(EXECUTOR_FLAGS, ""));
  }

  /** Settings that were made and that nothing here follows from, but for secrets. */
  Map<String, String> others() {
    Map<String, String> others = new LinkedHashMap<>(given.shown());
    others.keySet().removeAll(computed.keySet());
    List.of(DRIVER_FLAGS, EXECUTOR_FLAGS, SparkSettings.MASTER, SparkSettings.DEPLOY_MODE)
        .forEach(others::remove);
    return others;
  }

  /** A line for each setting and flag, for a script to pass on. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    computed.forEach((key, value) -> lines.add(key + "=" + value));
    driverFlags().forEach(flag -> lines.add("driver-java-option=" + flag));
    executorFlags().forEach(flag -> lines.add("executor-java-option=" + flag));
    return lines;
  }
}
