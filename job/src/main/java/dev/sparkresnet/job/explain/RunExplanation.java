package dev.sparkresnet.job.explain;

import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a configuration comes to, and how it is started.
 *
 * @param settings every setting with its origin
 * @param command that starts the run, for bash, if it is known
 * @param secrets keys of Spark's settings that are not shown
 */
public record RunExplanation(
    TrainingConfig config,
    List<Setting> settings,
    Consequences consequences,
    LaunchPlan plan,
    Optional<String> command,
    List<String> secrets) {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /**
   * Explains a run without starting anything.
   *
   * @param spark settings of Spark that were made
   * @param command that starts the run, as a script makes it from the same arguments
   * @throws dev.sparkresnet.job.failure.MendableException if the run has no room in what it is
   *     given
   */
  public static RunExplanation of(
      ResolvedConfiguration configuration, SparkSettings spark, Optional<String> command) {
    TrainingConfig config = configuration.training();
    LaunchPlan plan = LaunchPlan.of(config, spark, machineBytes());
    return new RunExplanation(
        config,
        Setting.of(configuration),
        Consequences.of(config, TrainingImages.of(config.dataset(), spark, PATIENCE)),
        plan,
        command,
        List.copyOf(spark.secrets()));
  }

  /**
   * The settings of Spark and the flags that a script has to pass on: a line {@code
   * spark.KEY=VALUE} for each setting, and {@code driver-java-option=FLAG} and {@code
   * executor-java-option=FLAG} for each flag. Flags of one kind, joined by blanks, are a value of
   * {@code extraJavaOptions}.
   *
   * @throws dev.sparkresnet.job.failure.MendableException if the run has no room in what it is
   *     given
   */
  public static List<String> sparkSettings(
      ResolvedConfiguration configuration, SparkSettings spark) {
    return LaunchPlan.of(configuration.training(), spark, machineBytes()).lines();
  }

  /** In a container that of the container. */
  private static long machineBytes() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getTotalMemorySize();
  }

  /** For people. */
  public String toText() {
    return new ExplanationText(this).render();
  }

  /** For programs. */
  public String toJson() {
    return ExplanationJson.render(this);
  }
}
