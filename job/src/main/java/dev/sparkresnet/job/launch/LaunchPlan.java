package dev.sparkresnet.job.launch;

import static java.util.stream.Collectors.joining;

import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.kerberos.KerberosSettings;
import dev.sparkresnet.job.memory.MemoryGrant;
import dev.sparkresnet.job.memory.MemoryPlan;
import dev.sparkresnet.job.memory.MemoryUnits;
import dev.sparkresnet.job.memory.ResultLimit;
import dev.sparkresnet.job.network.Authentication;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a run is started with: settings of Spark that follow from the configuration, where none were
 * made, and the flags of both kinds of JVM.
 *
 * @param computed settings of Spark by key
 * @param given all settings that were made
 * @param options the flags that every JVM has
 */
public record LaunchPlan(
    MemoryPlan need,
    MemoryGrant driver,
    MemoryGrant executor,
    Map<String, String> computed,
    SparkSettings given,
    JavaOptions options) {

  private static final Pattern WHOLE = Pattern.compile("\\d{1,6}");
  private static final Pattern MEMORY =
      Pattern.compile("spark\\.(driver|executor)\\.(memory|instances)");

  /** Copies the settings. */
  public LaunchPlan {
    computed = Collections.unmodifiableMap(new LinkedHashMap<>(computed));
  }

  /**
   * The plan of a run.
   *
   * @param machineBytes memory of this machine, for a run that has its executors here
   * @throws dev.sparkresnet.job.failure.UserErrorException if the run has no room in what it is
   *     given
   */
  static LaunchPlan of(
      TrainingConfig config, SparkSettings made, JavaOptions options, long machineBytes) {
    Optional<LocalExecutors> local = LocalExecutors.named(made.master());
    SparkSettings given = made.orElse(local.map(LocalExecutors::settings).orElse(Map.of()));
    MemoryPlan need = MemoryPlan.of(config);
    MemoryGrant driver = MemoryGrant.ofDriver(need, given.values());
    MemoryGrant executor = MemoryGrant.ofExecutor(need, given.values());
    local.ifPresent(
        executors ->
            need.requireRoom(
                driver.heapBytes(), executor.heapBytes(), executors.count(), machineBytes));
    return new LaunchPlan(
        need, driver, executor, computed(config, need, driver, executor, given), given, options);
  }

  private static Map<String, String> computed(
      TrainingConfig config,
      MemoryPlan need,
      MemoryGrant driver,
      MemoryGrant executor,
      SparkSettings given) {
    Map<String, String> computed = new LinkedHashMap<>();
    computed.put(SparkSettings.DRIVER_MEMORY, megabytes(driver.heapBytes()));
    computed.put("spark.driver.memoryOverhead", megabytes(driver.overheadBytes()));
    computed.put(SparkSettings.EXECUTOR_MEMORY, megabytes(executor.heapBytes()));
    computed.put("spark.executor.memoryOverhead", megabytes(executor.overheadBytes()));
    computed.put(ReplicaSettings.EXECUTORS, Integer.toString(config.replicas()));
    given
        .value(ReplicaSettings.EXECUTOR_CORES)
        .ifPresent(cores -> computed.putAll(ReplicaSettings.filling(cores)));
    computed.putAll(mostCores(config, given));
    ResultLimit.of(need, given.value(ResultLimit.KEY))
        .ifPresent(limit -> computed.put(ResultLimit.KEY, limit));
    KerberosSettings.fileSystems(config.dataset().path(), config.runDirectory())
        .ifPresent(paths -> computed.put(KerberosSettings.FILE_SYSTEMS, paths));
    computed.putAll(Authentication.by(given.master(), given::value));
    given.values().forEach(computed::replace);
    computed.putAll(ReplicaSettings.WITHOUT_RETRIES);
    return computed;
  }

  /** A standalone master gives an application all that is free, and with it more executors. */
  private static Map<String, String> mostCores(TrainingConfig config, SparkSettings given) {
    Optional<String> cores = given.value(ReplicaSettings.EXECUTOR_CORES);
    return given.master().startsWith("spark://")
            && cores.filter(WHOLE.asMatchPredicate()).isPresent()
        ? Map.of(
            ReplicaSettings.MOST_CORES,
            Integer.toString(Math.multiplyExact(config.replicas(), Integer.parseInt(cores.get()))))
        : Map.of();
  }

  private static String megabytes(long bytes) {
    return MemoryUnits.mebibytes(bytes) + "m";
  }

  /** How much memory, and how many executors, in one line. */
  String memory() {
    return computed.entrySet().stream()
        .filter(each -> MEMORY.matcher(each.getKey()).lookingAt())
        .map(each -> each.getKey() + "=" + each.getValue())
        .collect(joining(" "));
  }

  JavaOptions driverFlags() {
    return options.within(driver, given.shown().getOrDefault(SparkSettings.DRIVER_FLAGS, ""));
  }

  JavaOptions executorFlags() {
    return options.within(executor, given.shown().getOrDefault(SparkSettings.EXECUTOR_FLAGS, ""));
  }

  /** Settings that were made and that nothing here follows from, but for secrets. */
  public Map<String, String> others() {
    Map<String, String> others = new LinkedHashMap<>(given.shown());
    others.keySet().removeAll(computed.keySet());
    List.of(
            SparkSettings.DRIVER_FLAGS,
            SparkSettings.EXECUTOR_FLAGS,
            SparkSettings.MASTER,
            SparkSettings.DEPLOY_MODE)
        .forEach(others::remove);
    return others;
  }

  /**
   * A line {@code spark.KEY=VALUE} for each setting, {@code driver-java-option=FLAG} and {@code
   * executor-java-option=FLAG} for each flag, for what starts the run without our scripts. Flags of
   * one kind, joined by blanks, are a value of {@code extraJavaOptions}.
   */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    computed.forEach((key, value) -> lines.add(key + "=" + value));
    driverFlags().flags().forEach(flag -> lines.add("driver-java-option=" + flag));
    executorFlags().flags().forEach(flag -> lines.add("executor-java-option=" + flag));
    return lines;
  }
}
