package dev.sparkresnet.job.launch;

import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.kerberos.Keytab;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A command on its way to where it runs.
 *
 * @param given the words of the command line, those for Spark among them
 * @param spark what they say to Spark
 * @param job what they say to the job
 */
public record Submission(
    List<String> given, SparkOptions spark, JobWords job, Environment environment) {
  private static final String DEFAULTS = "spark-defaults.conf";

  /**
   * The words of {@code submit/job.sh} for those of any script.
   *
   * @throws dev.sparkresnet.job.failure.UserErrorException if a script lacks something
   */
  public static List<String> wordsOf(List<String> script, Environment environment) {
    return ManagerScript.expand(script, environment);
  }

  /** Copies the words. */
  public Submission {
    given = List.copyOf(given);
  }

  /**
   * What executes the command.
   *
   * @throws dev.sparkresnet.job.failure.UserErrorException if it cannot run as it is given
   */
  public ArgumentVector vector() {
    return launch().vector();
  }

  /** The memory and settings of a training with this configuration. */
  public LaunchPlan plan(TrainingConfig config) {
    return launch().plan(config);
  }

  /** What {@link #vector} executes, for bash. */
  public String startCommand() {
    return training().launch().text();
  }

  private Submission training() {
    return new Submission(given, spark, job.training(), environment);
  }

  private Launch launch() {
    return isForThisMachine() ? new LocalLaunch(this) : new ClusterLaunch(this);
  }

  /** Whether executors are to be processes of this machine, on the build and without a Spark. */
  private boolean isForThisMachine() {
    return environment.variable("SPARK_HOME").isEmpty()
        && !manager().isRemote()
        && spark.deployMode() == DeployMode.CLIENT;
  }

  ManagerSettings manager() {
    return new ManagerSettings(spark.master().orElse(""), environment);
  }

  JavaOptions javaOptions() {
    return JavaOptions.read(environment.conf("java.options"));
  }

  /**
   * The settings that were made: those of the command line over those that options stand for over
   * the defaults of the installation.
   *
   * @throws dev.sparkresnet.job.failure.UserErrorException if the properties file has one that
   *     would not hold
   */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(defaults());
    settings.putAll(manager().podTemplates());
    if (spark.gpus()) {
      settings.putAll(manager().gpus());
    }
    refuseInPropertiesFile(settings.keySet());
    put(settings, spark.settings());
    String cores = settings.get(ReplicaSettings.EXECUTOR_CORES);
    if (cores != null) {
      ReplicaSettings.filling(cores).forEach(settings::putIfAbsent);
    }
    Keytab.of(key -> overPropertiesFile(settings).values().get(key))
        .ifPresent(Keytab::requireReadableHere);
    return settings;
  }

  private Map<String, String> defaults() {
    return PropertiesFile.read(environment.conf(DEFAULTS));
  }

  private void refuseInPropertiesFile(Iterable<String> made) {
    spark
        .propertiesFile()
        .ifPresent(
            file -> {
              file.refuse(made);
              file.refuse(ReplicaSettings.filling("").keySet());
              file.refuse(ReplicaSettings.WITHOUT_RETRIES.keySet());
              file.refuse(List.of(SparkSettings.DRIVER_FLAGS, SparkSettings.EXECUTOR_FLAGS));
              file.refuse(List.of(SparkSettings.DEPLOY_MODE));
            });
  }

  /** Settings over those of the properties file, as Spark will see them. */
  SparkSettings overPropertiesFile(Map<String, String> settings) {
    SparkSettings made = new SparkSettings(new TreeMap<>(settings));
    return spark.propertiesFile().map(file -> made.orElse(file.values())).orElse(made);
  }

  /** Puts settings after all others. */
  static void put(Map<String, String> settings, Map<String, String> others) {
    others.forEach(
        (key, value) -> {
          settings.remove(key);
          settings.put(key, value);
        });
  }
}
