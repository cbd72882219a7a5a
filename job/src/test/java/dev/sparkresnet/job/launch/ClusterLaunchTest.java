package dev.sparkresnet.job.launch;

import static dev.sparkresnet.job.launch.LaunchRun.JOB_JAR;
import static dev.sparkresnet.job.launch.LaunchRun.ROOT;
import static dev.sparkresnet.job.launch.LaunchRun.refused;
import static dev.sparkresnet.job.launch.LaunchRun.train;
import static dev.sparkresnet.job.launch.LaunchRun.withSpark;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What spark-submit is given. */
class ClusterLaunchTest {
  @TempDir Path directory;

  @Test
  void handsTheCommandToSparkSubmit() throws IOException {
    Path conf = Files.writeString(directory.resolve("a b.conf"), "training.seed = 1");
    List<String> words =
        train("--master", "yarn", "--conf", conf.toString(), "--set", "seed=2").words();
    assertThat(words)
        .startsWith("/spark/bin/spark-submit", "--class", "dev.sparkresnet.job.Main")
        .containsSequence("--conf", "spark.master=yarn")
        .containsSequence(JOB_JAR, "train")
        .endsWith("--conf", conf.toString(), "--set", "seed=2");
  }

  @Test
  void handsSparkTheSettingsThatTheJobNeeds() {
    LaunchRun run = train();
    assertThat(run.words())
        .contains(
            "spark.dynamicAllocation.enabled=false",
            "spark.speculation=false",
            "spark.task.maxFailures=1",
            "spark.stage.maxConsecutiveAttempts=1");
    assertThat(run.valueAfter("--driver-java-options"))
        .contains("--add-opens=java.base/java.lang=ALL-UNNAMED")
        .contains("-Djdk.reflect.useDirectMethodHandle=false")
        .contains("-Dlog4j2.configurationFile=file:" + ROOT + "/conf/log4j2.properties");
    assertThat(run.settings("spark.executor.extraJavaOptions"))
        .singleElement()
        .asString()
        .contains("-Djdk.reflect.useDirectMethodHandle=false", "-Dorg.bytedeco.javacpp.maxbytes=");
  }

  @Test
  void settingsWithoutRetriesStandAboveThoseOfTheCommandLine() {
    assertThat(train("--spark-conf", "spark.speculation=true").settings("spark.speculation"))
        .containsExactly("false");
  }

  @Test
  void computesTheMemoryOfATraining() {
    LaunchRun run = train("--executor-cores", "2", "--set", "replicas=3");
    assertThat(run.words())
        .contains("spark.executor.instances=3")
        .anyMatch(argument -> argument.matches("spark.executor.memory=\\d+m"))
        .anyMatch(argument -> argument.matches("spark.executor.memoryOverhead=\\d+m"));
    assertThat(run.err())
        .matches(
            "spark.driver.memory=\\d+m spark.driver.memoryOverhead=\\d+m"
                + " spark.executor.memory=\\d+m spark.executor.memoryOverhead=\\d+m"
                + " spark.executor.instances=3\n");
  }

  /** Other options may stand before the command. */
  @Test
  void computesTheMemoryWhereverTheCommandStands() {
    LaunchRun run =
        withSpark("--stacktrace", "train", "--set=run-directory=r", "--set=dataset.path=d");
    assertThat(run.settings("spark.executor.memory")).hasSize(1);
  }

  @Test
  void refusesATrainingThatHasNoRoom() {
    LaunchRun run = train("--spark-conf", "spark.executor.memoryOverhead=500m");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.vector()).isEmpty();
    assertThat(run.err())
        .startsWith("Cannot give the executor its memory: it needs ")
        .contains("spark.executor.memoryOverhead = 500m is 500 MB");
  }

  /** As the job would have done. */
  @Test
  void printsTheResultOfATrainingThatIsRefused() {
    LaunchRun run = withSpark("train", "--json", "--set", "seed=x");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("Cannot read configuration: ")
        .contains("--set seed=x: must be a whole number");
    assertThat(run.out()).contains("\"mendable\"").contains("--set seed=x");
  }

  @Test
  void commandsWithoutExecutorsNeedNoConfiguration() {
    LaunchRun run = withSpark("stage-dataset", "a", "hdfs:///b");
    assertThat(run.words()).endsWith(JOB_JAR, "stage-dataset", "a", "hdfs:///b");
    assertThat(run.err()).isEmpty();
    assertThat(run.settings("spark.executor.extraJavaOptions"))
        .singleElement()
        .asString()
        .contains("-Dorg.bytedeco.javacpp.maxbytes=6G");
  }

  /** A driver on the cluster finds them in its working directory. */
  @Test
  void shipsTheConfigurationToADriverOnTheCluster() {
    String conf = ROOT.resolve("conf/quickstart.conf").toString();
    LaunchRun run = train("--deploy-mode", "cluster", "--conf", conf);
    assertThat(run.words())
        .containsSequence("--deploy-mode", "cluster")
        .endsWith("--conf", "quickstart.conf");
    assertThat(run.settings("spark.files"))
        .containsExactly(
            "%1$s/conf/log4j2.properties,%2$s,%1$s/conf/cifar10-resnet50.conf"
                .formatted(ROOT, conf));
    assertThat(run.valueAfter("--driver-java-options"))
        .endsWith(" -Dlog4j2.configurationFile=log4j2.properties");
  }

  @Test
  void shipsTheConfigurationOfAnyCommand() {
    String conf = ROOT.resolve("conf/quickstart.conf").toString();
    assertThat(withSpark("describe", "--deploy-mode=cluster", "--conf=" + conf).words())
        .endsWith("describe", "--conf=quickstart.conf");
    assertThat(withSpark("describe", "--deploy-mode=cluster", "--conf", "missing.conf"))
        .isEqualTo(
            refused("Cannot run submit/job.sh: --conf missing.conf: not a file that can be read"));
  }

  @Test
  void shipsFilesTogetherWithThoseThatWereGiven() {
    LaunchRun run =
        train("--deploy-mode", "cluster", "--spark-conf", "spark.files=/data/b,hdfs:///a,/data/b");
    assertThat(run.settings("spark.files"))
        .containsExactly("/data/b,hdfs:///a,%s/conf/log4j2.properties".formatted(ROOT));
  }

  @Test
  void shipsFilesTogetherWithThoseOfTheCluster() throws IOException {
    Path conf = Files.createDirectory(directory.resolve("conf"));
    Files.writeString(conf.resolve("spark-defaults.conf"), "spark.files  /etc/a, hdfs:///b \n");
    List<String> words = LaunchRun.training("--deploy-mode", "cluster");
    String expected = "/etc/a,hdfs:///b,%s/conf/log4j2.properties".formatted(ROOT);
    assertThat(LaunchRun.of(Map.of("SPARK_HOME", directory.toString()), words))
        .satisfies(run -> assertThat(run.settings("spark.files")).containsExactly(expected));
    assertThat(
            LaunchRun.of(Map.of("SPARK_HOME", "/spark", "SPARK_CONF_DIR", conf.toString()), words))
        .satisfies(run -> assertThat(run.settings("spark.files")).containsExactly(expected));
  }

  @Test
  void asksForAGpuForEachReplica() {
    LaunchRun run = train("--gpus", "--master", "yarn");
    assertThat(run.words())
        .contains(
            "spark.executor.resource.gpu.amount=1",
            "spark.task.resource.gpu.amount=1",
            "spark.executor.resource.gpu.discoveryScript=./discover-gpus.sh",
            "spark.files=" + ROOT.resolve("submit/discover-gpus.sh"))
        .endsWith("--set", "training.device=gpu");
    assertThat(train("--gpus", "--master", "spark://host:7077").words())
        .contains(
            "spark.executor.resource.gpu.discoveryScript="
                + ROOT.resolve("submit/discover-gpus.sh"));
  }

  @Test
  void coresOfAnExecutorAreThreadsOfItsReplica() {
    List<String> words = train("--executor-cores=8").words();
    assertThat(words)
        .containsSequence(
            "--conf",
            "spark.executor.cores=8",
            "--conf",
            "spark.task.cpus=8",
            "--conf",
            "spark.executorEnv.OMP_NUM_THREADS=8")
        .doesNotContain("spark.task.cpus=4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --deploy-mode client                     | 4
          --spark-conf spark.executor.cores=6      | 6
          --executor-cores 2 --executor-cores 3    | 3
          """)
  void replicasFillTheirExecutors(String options, String cores) {
    for (LaunchRun run :
        List.of(train(options.split(" ")), withSpark(("describe " + options).split(" ")))) {
      for (String key : ReplicaSettings.filling("").keySet()) {
        assertThat(run.settings(key)).as(key).containsExactly(cores);
      }
    }
  }

  @Test
  void coresOfALocalClusterAreCoresOfItsExecutors() {
    assertThat(train("--master", "local-cluster[4, 3, 2048]").words())
        .contains(
            "spark.master=local-cluster[4, 3, 2048]",
            "spark.task.cpus=3",
            "spark.executorEnv.OMP_NUM_THREADS=3");
  }

  @Test
  void sparkSettingsOfTheCommandLineStandAboveTheDefaults() {
    assertThat(train("--spark-conf", "spark.executor.memory=8g").settings("spark.executor.memory"))
        .containsExactly("8g");
    assertThat(
            train("--spark-conf", "spark.ui.showConsoleProgress=true")
                .settings("spark.ui.showConsoleProgress"))
        .containsExactly("true");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          train --master              | --master needs a value
          train --spark-conf queue=a  | --spark-conf needs spark.KEY=VALUE, found queue=a
          train --spark-conf spark.a  | --spark-conf needs spark.KEY=VALUE, found spark.a
          train --properties-file a   | --properties-file a: not a file that can be read
          train --deploy-mode=local   | --deploy-mode local: must be client or cluster
          """)
  void saysWhichOptionForSparkIsWrong(String line, String problem) {
    assertThat(withSpark(line.split(" ")))
        .isEqualTo(refused("Cannot run submit/job.sh: " + problem));
  }

  @ParameterizedTest
  @ValueSource(strings = {"yarn", "spark://host:7077", "k8s://https://host"})
  void saysThatAClusterNeedsASpark(String master) {
    assertThat(LaunchRun.of(Map.of(), List.of("describe", "--master", master)))
        .isEqualTo(
            refused(
                "Cannot run submit/job.sh: SPARK_HOME names no Spark 3.5 for Scala 2.12, which a"
                    + " cluster needs"));
  }

  @Test
  void answersByItselfWhatNeedsNoOtherProcess() {
    LaunchRun help = withSpark("train", "--help", "--master", "yarn");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).startsWith("Trains the network").contains("Usage: submit/job.sh train");
    assertThat(withSpark("--version").out()).startsWith("spark-resnet50 ");
    assertThat(withSpark("train", "--sett").err())
        .startsWith("Cannot run submit/job.sh train: Unknown option: '--sett'")
        .contains("--set");
    assertThat(withSpark().err()).contains("Missing required subcommand");
    for (LaunchRun run : List.of(help, withSpark("--version"), withSpark("trian"), withSpark())) {
      assertThat(run.vector()).isEmpty();
    }
  }

  private LaunchRun withDefaults(String defaults, List<String> words) throws IOException {
    Path conf = Files.createDirectories(directory.resolve("conf"));
    Files.writeString(conf.resolve("spark-defaults.conf"), defaults);
    return LaunchRun.of(Map.of("SPARK_HOME", directory.toString()), words);
  }

  /** With executors and without. */
  @Test
  void joinsTheJavaFlagsOfTheClusterAndOfTheCommandLineWithItsOwn() throws IOException {
    String defaults =
        "spark.driver.extraJavaOptions -Dhdp.version=1\nspark.executor.extraJavaOptions -Dhdp.version=2\n";
    String[] given = {
      "--driver-java-options", "-Da=3", "--conf", "spark.executor.extraJavaOptions=-Da=4"
    };
    List<String> describe = new ArrayList<>(List.of("describe"));
    describe.addAll(List.of(given));
    for (List<String> words : List.of(LaunchRun.training(given), describe)) {
      LaunchRun run = withDefaults(defaults, words);
      assertThat(run.valueAfter("--driver-java-options"))
          .contains("-Djdk.reflect.useDirectMethodHandle=false", " -Dhdp.version=1 -Da=3 ");
      assertThat(run.settings("spark.driver.extraJavaOptions")).isEmpty();
      assertThat(run.settings("spark.executor.extraJavaOptions"))
          .singleElement()
          .asString()
          .contains("-Djdk.reflect.useDirectMethodHandle=false")
          .endsWith(" -Dhdp.version=2 -Da=4");
    }
  }

  @Test
  void doesNotShowSecretFlagsOfTheCluster() throws IOException {
    assertThat(
            withDefaults(
                "spark.driver.extraJavaOptions -Dx.password=hunter2\n", LaunchRun.training()))
        .isEqualTo(
            refused(
                "Cannot run submit/job.sh: spark.driver.extraJavaOptions of the cluster's"
                    + " spark-defaults.conf holds a secret, which joined with other flags would"
                    + " stand in the process list; give these flags as"
                    + " spark.driver.defaultJavaOptions there"));
  }

  /** A standalone master would give it executors in all that is free. */
  @Test
  void takesNoMoreOfAStandaloneClusterThanItsReplicasNeed() throws IOException {
    String[] replicas = {"--executor-cores", "2", "--set", "replicas=3"};
    String[] named = {"--master", "spark://h:1", "--executor-cores", "2", "--set", "replicas=3"};
    assertThat(train(named).settings("spark.cores.max")).containsExactly("6");
    assertThat(
            withDefaults("spark.master spark://h:1\n", LaunchRun.training(replicas))
                .settings("spark.cores.max"))
        .containsExactly("6");
    assertThat(train("--master", "yarn").settings("spark.cores.max")).isEmpty();
    assertThat(
            train("--master", "spark://h:1", "--total-executor-cores", "9")
                .settings("spark.cores.max"))
        .containsExactly("9");
  }
}
