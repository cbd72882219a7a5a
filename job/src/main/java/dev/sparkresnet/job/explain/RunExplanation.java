package dev.sparkresnet.job.explain;

import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a configuration comes to, and how it is started.
 *
 * @param settings every setting with its origin
 * @param secrets keys of Spark's settings that are not shown
 */
public record RunExplanation(
    TrainingConfig config,
    List<Setting> settings,
    Consequences consequences,
    LaunchPlan plan,
    SubmitCommand command,
    List<String> secrets) {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** Where the build puts the job. */
  private static final String JAR = "job/target/spark-resnet50.jar";

  /**
   * Explains a run without starting anything.
   *
   * @param spark settings of Spark that were made
   * @param file of {@code --conf}
   * @param assignments of {@code --set}
   * @param properties file of Spark's settings that must not stand in a process list
   * @throws dev.sparkresnet.job.failure.MendableException if the run has no room in what it is
   *     given
   */
  public static RunExplanation of(
      ResolvedConfiguration configuration,
      SparkSettings spark,
      Optional<Path> file,
      List<String> assignments,
      Optional<String> properties) {
    TrainingConfig config = configuration.training();
    LaunchPlan plan = LaunchPlan.of(config, spark, machineBytes());
    SubmitCommand.Places places =
        new SubmitCommand.Places(
            jar(), Optional.ofNullable(System.getProperty("log4j2.configurationFile")), properties);
    return new RunExplanation(
        config,
        Setting.of(configuration),
        Consequences.of(config, TrainingImages.of(config.dataset(), spark, PATIENCE)),
        plan,
        SubmitCommand.of(
            configuration, plan, new SubmitCommand.Arguments(file, assignments), places),
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

  /** The jar that this class is in, if it is in one. */
  private static String jar() {
    CodeSource source = RunExplanation.class.getProtectionDomain().getCodeSource();
    String place =
        source == null ? "" : Path.of(URI.create(source.getLocation().toString())).toString();
    return place.endsWith(".jar") ? place : JAR;
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
