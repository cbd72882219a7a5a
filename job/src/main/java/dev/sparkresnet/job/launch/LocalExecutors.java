package dev.sparkresnet.job.launch;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Executors of this machine, one process for each replica, that share its cores.
 *
 * @param count of the executors
 * @param cores of each
 * @param mebibytes heap of each
 */
public record LocalExecutors(int count, String cores, String mebibytes) {
  private static final Pattern MASTER =
      Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,\\s*(\\d+)\\s*]");

  /** Those that a master URL names. */
  public static Optional<LocalExecutors> named(String master) {
    Matcher parts = MASTER.matcher(master);
    return parts.matches()
        ? Optional.of(
            new LocalExecutors(Integer.parseInt(parts.group(1)), parts.group(2), parts.group(3)))
        : Optional.empty();
  }

  /** One for each replica, on all cores of a machine. */
  static LocalExecutors sharing(int machineCores, int replicas, long mebibytes) {
    return new LocalExecutors(
        replicas, Integer.toString(Math.max(1, machineCores / replicas)), Long.toString(mebibytes));
  }

  /** The settings of Spark that start them. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(
        SparkSettings.MASTER, "local-cluster[%s,%s,%s]".formatted(count, cores, mebibytes));
    settings.put(SparkSettings.EXECUTOR_MEMORY, mebibytes + "m");
    settings.putAll(ReplicaSettings.filling(cores));
    return settings;
  }
}
