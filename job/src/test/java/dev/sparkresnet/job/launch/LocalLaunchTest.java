package dev.sparkresnet.job.launch;

import static dev.sparkresnet.job.launch.LaunchRun.BUILD;
import static dev.sparkresnet.job.launch.LaunchRun.JOB_JAR;
import static dev.sparkresnet.job.launch.LaunchRun.ROOT;
import static dev.sparkresnet.job.launch.LaunchRun.training;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What runs on this machine, without a Spark. */
class LocalLaunchTest {
  @TempDir Path directory;

  private final Map<String, String> variables = new HashMap<>();

  private LaunchRun launch(List<String> words) {
    variables.put("XDG_STATE_HOME", directory.toString());
    return LaunchRun.of(variables, words);
  }

  private LaunchRun train(String... more) {
    return launch(training(more));
  }

  @Test
  void runsACommandWithoutExecutorsOnTheBuild() {
    LaunchRun run = launch(List.of("describe", "--batch", "2"));
    ArgumentVector vector = run.vector().orElseThrow();
    assertThat(vector.words())
        .startsWith("java", "@" + ROOT + "/conf/java.options")
        .contains("-Dlog4j2.configurationFile=file:" + ROOT + "/conf/log4j2.properties", "-Xmx2g")
        .endsWith(
            "-cp",
            JOB_JAR + ":" + BUILD + "/jars/*",
            "dev.sparkresnet.job.Main",
            "describe",
            "--batch",
            "2");
    assertThat(vector.variables())
        .isEqualTo(
            Map.of(
                "SPARK_HOME",
                BUILD.toString(),
                "SPARK_SCALA_VERSION",
                "2.12",
                "SPARK_LOCAL_HOSTNAME",
                "localhost",
                "SPARK_LOCAL_IP",
                "127.0.0.1"));
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void refusesMoreExecutorsThanTheMachineHasMemoryFor() {
    LaunchRun run = train("--master", "local-cluster[5000,1,2048]");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("Cannot run 5000 executors and their driver on this machine: they may take ");
  }

  @Test
  void refusesMemoryThatIsNoSize() {
    LaunchRun run =
        train("--master", "local-cluster[2,1,2048]", "--spark-conf", "spark.executor.memory=much");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            "Cannot give the executor its memory: spark.executor.memory = much is not a size\n");
  }

  @Test
  void startsAnExecutorForEachReplicaOnTheCoresOfTheMachine() {
    assertThat(train("--set", "replicas=2").words())
        .contains(
            "-Dspark.master=local-cluster[2,4,2048]",
            "-Dspark.executor.memory=2048m",
            "-Dspark.executor.cores=4",
            "-Dspark.task.cpus=4",
            "-Dspark.executorEnv.OMP_NUM_THREADS=4",
            "-Dspark.executor.extraClassPath=" + JOB_JAR);
    assertThat(train("--set", "replicas=20", "--spark-conf", "spark.executor.memory=1g").words())
        .contains("-Dspark.master=local-cluster[20,1,1024]", "-Dspark.task.cpus=1");
  }

  @Test
  void leavesAMasterThatIsNamedAlone() {
    assertThat(train("--master", "local-cluster[1,2,3072]").words())
        .contains(
            "-Dspark.master=local-cluster[1,2,3072]",
            "-Dspark.executor.memory=2g",
            "-Dspark.task.cpus=2");
    assertThat(train("--master", "local[*]").words()).contains("-Dspark.master=local[*]");
  }

  @Test
  void heapsAreThoseThatAreGiven() throws IOException {
    assertThat(train("--spark-conf", "spark.driver.memory=3g").words())
        .contains("-Xmx3g", "-Dspark.driver.memory=3g")
        .doesNotContain("-Xmx2g");
    Path file =
        Files.writeString(
            directory.resolve("settings"), "spark.executor.memory 1g\nspark.driver.memory 4g\n");
    assertThat(train("--properties-file", file.toString()).words())
        .contains(
            "-Dsparkresnet.properties-file=" + file,
            "-Xmx4g",
            "-Dspark.master=local-cluster[2,4,1024]");
  }

  @Test
  void aMasterOfThePropertiesFileIsOne() throws IOException {
    Path file =
        Files.writeString(directory.resolve("settings"), "spark.master local-cluster[3,1,2048]\n");
    assertThat(train("--properties-file", file.toString()).words())
        .noneMatch(word -> word.startsWith("-Dspark.master="));
  }

  @Test
  void executorsHaveAHomeOfTheUserForEachRun() throws IOException {
    String first = train().vector().orElseThrow().variables().get("SPARK_HOME");
    String second = train().vector().orElseThrow().variables().get("SPARK_HOME");
    assertThat(first).startsWith(directory + "/spark-resnet50/20").isNotEqualTo(second);
    assertThat(Path.of(first, "jars")).isSymbolicLink();
    assertThat(Files.readSymbolicLink(Path.of(first, "jars"))).isEqualTo(BUILD.resolve("jars"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(first))))
        .isEqualTo("rwx------");
  }

  @Test
  void executorLogsStayForAMonth() throws IOException {
    Path work = Files.createDirectory(directory.resolve("spark-resnet50"));
    Path old = home(work, "old", 31);
    Path recent = home(work, "recent", 29);
    train();
    assertThat(old).doesNotExist();
    assertThat(recent).exists();
  }

  private static Path home(Path work, String name, int days) throws IOException {
    Path home = Files.createDirectory(work.resolve(name));
    Files.createSymbolicLink(home.resolve("jars"), ROOT.resolve("conf"));
    Files.writeString(Files.createDirectory(home.resolve("work")).resolve("stderr"), "lost");
    return Files.setLastModifiedTime(
        home, FileTime.from(Instant.now().minus(Duration.ofDays(days))));
  }

  @Test
  void homesAreWhereTheUserHasThem() {
    for (String[] each :
        new String[][] {
          {"XDG_STATE_HOME", "/state", "/state/spark-resnet50"},
          {"HOME", "/home/me", "/home/me/.local/state/spark-resnet50"},
          {"USER", "me", System.getProperty("java.io.tmpdir") + "/spark-resnet50"}
        }) {
      Environment environment = new Environment(ROOT, BUILD, Map.of(each[0], each[1]), 1, 1);
      assertThat(WorkDirectory.of(environment).path()).isEqualTo(Path.of(each[2]));
    }
  }

  @Test
  void saysWhereThereIsNoPlaceForLogs() throws IOException {
    Files.writeString(directory.resolve("spark-resnet50"), "a file");
    LaunchRun run = train();
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith(
            "Cannot run submit/job.sh: %s/spark-resnet50: no place for".formatted(directory))
        .endsWith("; set XDG_STATE_HOME\n");
  }

  @Test
  void takesTheJavaAndTheHadoopOfTheUser() {
    variables.putAll(
        Map.of("JAVA_HOME", "/jdk", "YARN_CONF_DIR", "/yarn", "SPARK_LOCAL_HOSTNAME", "here"));
    ArgumentVector vector = launch(List.of("describe")).vector().orElseThrow();
    assertThat(vector.words())
        .startsWith("/jdk/bin/java")
        .contains(JOB_JAR + ":" + BUILD + "/jars/*:/yarn");
    assertThat(vector.variables()).containsOnlyKeys("SPARK_HOME", "SPARK_SCALA_VERSION");
    variables.put("HADOOP_CONF_DIR", "/hadoop");
    variables.put("JAVA_HOME", "");
    variables.put("SPARK_LOCAL_HOSTNAME", "");
    variables.put("SPARK_LOCAL_IP", "127.0.0.2");
    vector = launch(List.of("describe")).vector().orElseThrow();
    assertThat(vector.words())
        .startsWith("java")
        .contains(JOB_JAR + ":" + BUILD + "/jars/*:/hadoop");
    assertThat(vector.variables()).containsEntry("SPARK_LOCAL_IP", "127.0.0.2");
  }

  /** Spark takes the flags of an executor apart at blanks. */
  @Test
  void theProjectMayLieInAPathWithBlanks() throws IOException {
    Path root = Files.createDirectory(directory.resolve("a b"));
    Path conf = Files.createDirectory(root.resolve("conf"));
    for (String file : List.of("java.options", "spark-defaults.conf")) {
      Files.copy(ROOT.resolve("conf").resolve(file), conf.resolve(file));
    }
    Environment environment = new Environment(root, root.resolve("build"), Map.of(), 1, 1L << 40);
    List<String> words = training();
    SparkOptions options = SparkOptions.of(words);
    JobWords job = new JobWords("describe", options.others());
    assertThat(new Submission(words, options, job, environment).vector().words())
        .contains("-Dlog4j2.configurationFile=file:" + directory + "/a%20b/conf/log4j2.properties")
        .filteredOn(word -> word.startsWith("-Dspark.executor.extraJavaOptions="))
        .singleElement()
        .satisfies(
            flags ->
                assertThat(Stream.of(flags.split(" ", -1)))
                    .contains(
                        "-Dlog4j2.configurationFile=file:%s/a%%20b/conf/log4j2.properties"
                            .formatted(directory)));
  }

  @Test
  void returnsTheExitCodeOfABrokenConfigurationBeforeAnythingIsMade() {
    LaunchRun run = train("--set", "seed=x");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--set seed=x: must be a whole number");
    assertThat(directory).isEmptyDirectory();
  }

  /** Those of the driver are its own, since no spark-submit reads them. */
  @Test
  void joinsJavaFlagsThatAreGivenWithItsOwn() {
    List<String> words =
        train(
                "--spark-conf",
                "spark.executor.extraJavaOptions=-Dx=y",
                "--driver-java-options",
                "-Da='b c' -Dd=e")
            .words();
    assertThat(words)
        .contains("-Da=b c", "-Dd=e")
        .filteredOn(word -> word.startsWith("-Dspark.executor.extraJavaOptions="))
        .singleElement()
        .asString()
        .contains("-Djdk.reflect.useDirectMethodHandle=false", "-Dlog4j2.configurationFile=")
        .endsWith(" -Dx=y");
  }

  /** Spark ends words at quotes and blanks, Log4j at commas. */
  @Test
  void theAddressOfTheLoggingHasNothingThatEndsIt() {
    Environment environment =
        new Environment(Path.of("/a'b,c#d%e $f/gr\u00f6\u00dfe"), BUILD, Map.of(), 1, 1);
    assertThat(environment.loggingAddress())
        .isEqualTo("file:/a%27b%2Cc%23d%25e%20$f/gr%C3%B6%C3%9Fe/conf/log4j2.properties");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"fa", "ar-EG", "tr", "th-TH-u-ca-buddhist-nu-thai", "ar-SA-u-ca-islamic-nu-arab"})
  void isTheSameInEveryLanguage(String language) {
    Locale before = Locale.getDefault();
    String[] words = {"--set", "replicas=2", "--set", "dataset.path=I\u0130"};
    List<String> expected = train(words).words();
    try {
      Locale.setDefault(Locale.forLanguageTag(language));
      assertThat(train(words).words()).isEqualTo(expected);
      assertThat(train(words).vector().orElseThrow().variables().get("SPARK_HOME"))
          .matches(".*/20\\d{6}-\\d{6}-\\d+");
    } finally {
      Locale.setDefault(before);
    }
  }
}
