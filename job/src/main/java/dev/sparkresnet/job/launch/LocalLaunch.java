package dev.sparkresnet.job.launch;

import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.kerberos.KerberosSettings;
import dev.sparkresnet.job.memory.MemoryGrant;
import dev.sparkresnet.job.memory.MemoryPlan;
import dev.sparkresnet.job.memory.MemoryUnits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A submission to a JVM of this machine, which starts its executors beside it. */
record LocalLaunch(Submission submission) implements Launch {
  /** As much as {@code conf/java.options} leaves to driver and executors. */
  private static final String HEAP = "2g";

  private static final String HOST = "SPARK_LOCAL_HOSTNAME";
  private static final String ADDRESS = "SPARK_LOCAL_IP";

  @Override
  public ArgumentVector vector() {
    JobWords job = submission.job();
    Map<String, String> settings =
        job.needExecutors() ? settings(job.configuration().training()) : settings();
    if (job.needExecutors()) {
      requireRoom(job.configuration().training(), settings);
    }
    Path home =
        job.needExecutors()
            ? WorkDirectory.of(environment()).newHome(environment().build().resolve("jars"))
            : environment().build();
    return new ArgumentVector("", umask(), variables(home), words(settings, job));
  }

  /** Refuses what would run this machine out of memory, as explain does. */
  private void requireRoom(TrainingConfig config, Map<String, String> settings) {
    SparkSettings made = submission.overPropertiesFile(settings);
    LocalExecutors.named(made.master())
        .ifPresent(
            executors ->
                MemoryPlan.of(config)
                    .requireRoom(
                        MemoryGrant.givenHeap("driver", made.values()).orElseThrow(),
                        MemoryGrant.givenHeap("executor", made.values()).orElseThrow(),
                        executors.count(),
                        environment().memoryBytes()));
  }

  private Environment environment() {
    return submission.environment();
  }

  private Optional<String> umask() {
    return submission.spark().propertiesFile().flatMap(PropertiesFile::umask);
  }

  /** What Spark's scripts would have set for the processes that it starts. */
  private Map<String, String> variables(Path home) {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("SPARK_HOME", home.toString());
    variables.put("SPARK_SCALA_VERSION", "2.12");
    if (environment().variable(HOST).isEmpty()) {
      // Without the address the web pages of master and workers listen on every interface.
      variables.put(HOST, "localhost");
      variables.put(ADDRESS, environment().variable(ADDRESS).orElse("127.0.0.1"));
    }
    return variables;
  }

  private List<String> words(Map<String, String> settings, JobWords job) {
    List<String> words = new ArrayList<>();
    words.add(environment().java());
    words.add("@" + environment().conf("java.options"));
    words.add(environment().logging());
    words.addAll(JavaOptions.apart(settings.getOrDefault(SparkSettings.DRIVER_FLAGS, "")));
    settings.forEach((key, value) -> words.add("-D%s=%s".formatted(key, value)));
    words.add("-Xmx" + heap(settings));
    submission.spark().propertiesFile().ifPresent(file -> words.add(file.flag()));
    words.addAll(List.of("-cp", classPath(), MAIN_CLASS));
    words.addAll(job.words());
    return words;
  }

  private String heap(Map<String, String> settings) {
    return submission.overPropertiesFile(settings).value(SparkSettings.DRIVER_MEMORY).orElseThrow();
  }

  private String classPath() {
    List<String> entries =
        new ArrayList<>(List.of(environment().jobJar().toString(), environment().jarsOfSpark()));
    environment().hadoopConfiguration().ifPresent(directory -> entries.add(directory.toString()));
    return String.join(":", entries);
  }

  /** The settings of a command without executors. */
  private Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(
        SparkSettings.EXECUTOR_FLAGS,
        submission.javaOptions().joined() + " " + environment().logging());
    settings.put("spark.executor.extraClassPath", environment().jobJar().toString());
    settings.put(SparkSettings.DRIVER_MEMORY, HEAP);
    settings.put(SparkSettings.EXECUTOR_MEMORY, HEAP);
    submission
        .spark()
        .propertiesFile()
        .ifPresent(file -> settings.keySet().removeAll(file.values().keySet()));
    Map<String, String> given = submission.settings();
    given.computeIfPresent(
        SparkSettings.EXECUTOR_FLAGS,
        (key, flags) -> settings.get(SparkSettings.EXECUTOR_FLAGS) + " " + flags);
    settings.putAll(given);
    return settings;
  }

  /** One executor for each replica, unless a master is named. */
  private Map<String, String> settings(TrainingConfig config) {
    Map<String, String> settings = settings();
    SparkSettings made = submission.overPropertiesFile(settings);
    if (made.value(SparkSettings.MASTER).isEmpty()) {
      String heap = made.value(SparkSettings.EXECUTOR_MEMORY).orElseThrow();
      settings.putAll(
          LocalExecutors.sharing(
                  environment().cores(), config.replicas(), MemoryUnits.mebibytes(heap))
              .settings());
    }
    if (made.value(KerberosSettings.FILE_SYSTEMS).isEmpty()) {
      KerberosSettings.fileSystems(config.dataset().path(), config.runDirectory())
          .ifPresent(paths -> settings.put(KerberosSettings.FILE_SYSTEMS, paths));
    }
    return settings;
  }

  @Override
  public LaunchPlan plan(TrainingConfig config) {
    Map<String, String> settings = settings(config);
    settings.merge(
        SparkSettings.DRIVER_FLAGS,
        submission.javaOptions().joined(),
        (given, own) -> own + " " + given);
    SparkSettings made = submission.overPropertiesFile(settings);
    return LaunchPlan.of(config, made, submission.javaOptions(), environment().memoryBytes());
  }

  /** The script with the same words: a Java command line is nothing to paste. */
  @Override
  public String text() {
    List<String> words = new ArrayList<>();
    for (String word : submission.given()) {
      switch (word) {
        case "explain" -> words.add(submission.job().command());
        case "--json", "--stacktrace" -> {}
        default -> words.add(word);
      }
    }
    return new ShellText(ShellText.quoted(environment().submit("job.sh").toString()))
        .add(words)
        .toString();
  }
}
