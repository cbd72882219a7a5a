package dev.sparkresnet.job.launch;

import java.util.Map;
import java.util.Optional;

/** What users of spark-submit are used to: its options, and what stands for them here. */
final class SubmitHabits {
  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("--archives", "spark.archives"),
          Map.entry("--driver-class-path", "spark.driver.extraClassPath"),
          Map.entry("--driver-cores", "spark.driver.cores"),
          Map.entry("--driver-java-options", SparkSettings.DRIVER_FLAGS),
          Map.entry("--driver-library-path", "spark.driver.extraLibraryPath"),
          Map.entry("--driver-memory", SparkSettings.DRIVER_MEMORY),
          Map.entry("--executor-memory", SparkSettings.EXECUTOR_MEMORY),
          Map.entry("--files", SparkSettings.FILES),
          Map.entry("--jars", "spark.jars"),
          Map.entry("--name", "spark.app.name"),
          Map.entry("--packages", "spark.jars.packages"),
          Map.entry("--queue", "spark.yarn.queue"),
          Map.entry("--repositories", "spark.jars.repositories"),
          Map.entry("--total-executor-cores", ReplicaSettings.MOST_CORES));

  private static final Map<String, String> CURES =
      Map.of(
          "--class", "the job has one class; name a command instead, such as train",
          "--num-executors", "each replica has an executor; use --set replicas=N",
          "--verbose", "submit/job.sh explain shows what Spark is given");

  private SubmitHabits() {}

  /** The setting that an option of spark-submit makes. */
  static Optional<String> setting(String option) {
    return Optional.ofNullable(SETTINGS.get(option));
  }

  /**
   * Refuses an option that has no meaning here.
   *
   * @throws dev.sparkresnet.job.failure.UserErrorException with what to do instead
   */
  static void refuse(String option) {
    String cure = CURES.get(option);
    if (cure != null) {
      throw Refusal.of(option + ": " + cure);
    }
  }
}
