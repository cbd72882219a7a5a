package dev.sparkresnet.job.launch;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.kerberos.KerberosSettings;
import dev.sparkresnet.job.network.Authentication;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A submission by the {@code spark-submit} of a Spark. */
record ClusterLaunch(Submission submission) implements Launch {
  private static final String HOME = "SPARK_HOME";
  private static final String SUBMIT = "/bin/spark-submit";
  private static final String LOGGING = "log4j2.properties";

  /** Without a master on the command line, the cluster's own settings name it. */
  private static final String UNNAMED_MASTER = "cluster";

  @Override
  public ArgumentVector vector() {
    String home =
        environment()
            .variable(HOME)
            .orElseThrow(
                () ->
                    Refusal.of(
                        "SPARK_HOME names no Spark 3.5 for Scala 2.12, which a cluster needs"));
    Optional<LaunchPlan> plan = plan();
    List<String> words = new ArrayList<>(List.of(home + SUBMIT));
    words.addAll(arguments(plan));
    return new ArgumentVector(plan.map(LaunchPlan::memory).orElse(""), umask(), Map.of(), words);
  }

  @Override
  public String text() {
    ShellText command = new ShellText("\"$%s\"%s".formatted(HOME, SUBMIT));
    List<String> words = arguments(plan());
    String jar = environment().jobJar().toString();
    int end = words.indexOf(jar);
    command.add(words.subList(0, end)).addLine(jar).add(words.subList(end + 1, words.size()));
    return umask()
        .map(mask -> "(umask %s && %s)".formatted(mask, command))
        .orElse(command.toString());
  }

  private Optional<String> umask() {
    return submission.spark().propertiesFile().flatMap(PropertiesFile::umask);
  }

  private Environment environment() {
    return submission.environment();
  }

  private DeployMode deployMode() {
    return submission.spark().deployMode();
  }

  @Override
  public LaunchPlan plan(TrainingConfig config) {
    SparkSettings made =
        submission
            .overPropertiesFile(settings())
            .orElse(
                Map.of(
                    SparkSettings.MASTER,
                    ofTheCluster(SparkSettings.MASTER).orElse(UNNAMED_MASTER),
                    SparkSettings.DEPLOY_MODE,
                    deployMode().spelling()));
    return LaunchPlan.of(config, made, submission.javaOptions(), environment().memoryBytes());
  }

  /** That of a command with executors. */
  private Optional<LaunchPlan> plan() {
    JobWords job = submission.job();
    return job.needExecutors()
        ? Optional.of(plan(job.configuration().training()))
        : Optional.empty();
  }

  /** What spark-submit is given. */
  private List<String> arguments(Optional<LaunchPlan> plan) {
    Map<String, String> settings = settings();
    plan.ifPresent(known -> Submission.put(settings, known.computed()));
    settings.keySet().removeAll(namedByTheCluster());
    ShippedFiles files = new ShippedFiles();
    JobWords job = ship(files);
    if (!files.isEmpty()) {
      Submission.put(settings, Map.of(SparkSettings.FILES, files.joinedWith(otherFiles(settings))));
    }
    JavaOptions executor =
        plan.map(LaunchPlan::executorFlags)
            .orElseGet(() -> flags(settings, SparkSettings.EXECUTOR_FLAGS));
    Submission.put(settings, Map.of(SparkSettings.EXECUTOR_FLAGS, executor.joined()));
    JavaOptions driver =
        plan.map(LaunchPlan::driverFlags)
            .orElseGet(() -> flags(settings, SparkSettings.DRIVER_FLAGS));
    // As a setting it would stand above the option.
    settings.remove(SparkSettings.DRIVER_FLAGS);
    return arguments(driver, settings, job);
  }

  /** Spark knows one value of flags, the last; those of the cluster hold as well, below others. */
  private Map<String, String> settings() {
    Map<String, String> settings = submission.settings();
    for (String key : List.of(SparkSettings.DRIVER_FLAGS, SparkSettings.EXECUTOR_FLAGS)) {
      ofTheCluster(key)
          .ifPresent(
              flags -> {
                refuseSecret(key, flags);
                settings.merge(key, flags, (given, own) -> own + " " + given);
              });
    }
    return settings;
  }

  private static void refuseSecret(String key, String flags) {
    if (Secrets.of(Map.of()).areIn(key, flags)) {
      throw Refusal.of(
          "%1$s of the cluster's spark-defaults.conf holds a secret, which joined with other flags"
                  .formatted(key)
              + " would stand in the process list; give these flags as %s there"
                  .formatted(key.replace("extraJava", "defaultJava")));
    }
  }

  private JavaOptions flags(Map<String, String> settings, String key) {
    return submission.javaOptions().with(settings.getOrDefault(key, ""));
  }

  private List<String> arguments(JavaOptions driver, Map<String, String> settings, JobWords job) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--class",
                MAIN_CLASS,
                "--deploy-mode",
                deployMode().spelling(),
                "--driver-java-options",
                driver.joined() + " " + logging()));
    settings.forEach((key, value) -> words.addAll(List.of("--conf", key + "=" + value)));
    submission
        .spark()
        .propertiesFile()
        .ifPresent(file -> words.addAll(List.of("--properties-file", file.path().toString())));
    words.add(environment().jobJar().toString());
    words.addAll(job.words());
    return words;
  }

  private String logging() {
    return switch (deployMode()) {
      case CLIENT -> environment().logging();
      case CLUSTER ->
          submission.manager().isKubernetes()
              ? LateLogging.flag(LOGGING)
              : "-Dlog4j2.configurationFile=" + LOGGING;
    };
  }

  /** A driver on the cluster finds files of this machine in its working directory. */
  private JobWords ship(ShippedFiles files) {
    if (submission.spark().gpus()) {
      submission.manager().shippedDiscovery().ifPresent(files::add);
    }
    if (deployMode() == DeployMode.CLIENT) {
      return submission.job();
    }
    files.add(environment().conf(LOGGING));
    return submission.job().withFile(files::addConfiguration);
  }

  /** The files that Spark would have shipped. */
  private String otherFiles(Map<String, String> settings) {
    Optional<PropertiesFile> given = submission.spark().propertiesFile();
    given.ifPresent(file -> file.refuse(List.of(SparkSettings.FILES)));
    return Optional.ofNullable(settings.get(SparkSettings.FILES))
        .or(() -> ofTheCluster(SparkSettings.FILES))
        .orElse("");
  }

  /** Of the file that spark-submit reads, unless it is given another. */
  private Optional<String> ofTheCluster(String key) {
    return submission.spark().propertiesFile().isPresent()
        ? Optional.empty()
        : environment().clusterDefaults().map(file -> PropertiesFile.read(file).get(key));
  }

  /** What nobody asked for gives way to what the cluster has for all runs. */
  private Set<String> namedByTheCluster() {
    Map<String, String> asked = submission.settings();
    return Stream.of(
            KerberosSettings.FILE_SYSTEMS, Authentication.AUTHENTICATE, Authentication.ENCRYPT)
        .filter(key -> !asked.containsKey(key) && ofTheCluster(key).isPresent())
        .collect(toUnmodifiableSet());
  }
}
