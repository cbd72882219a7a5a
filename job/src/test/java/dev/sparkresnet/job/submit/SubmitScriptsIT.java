package dev.sparkresnet.job.submit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.submit.Scripts.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the scripts give to Spark and to the job, and what they do without a Spark. */
class SubmitScriptsIT {
  @TempDir Path directory;
  private Scripts scripts;

  @BeforeEach
  void installSpark() throws IOException {
    scripts = new Scripts(directory);
  }

  @Test
  void handsTheCommandToSparkSubmit() throws IOException, InterruptedException {
    Path conf = Files.writeString(directory.resolve("a b.conf"), "training.seed = 1");
    Outcome outcome =
        scripts.train("--master", "yarn", "--conf", conf.toString(), "--set", "seed=2");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out())
        .startsWith("--class", "dev.sparkresnet.job.Main")
        .containsSequence("--conf", "spark.master=yarn")
        .containsSequence(Scripts.JOB_JAR.toString(), "train")
        .endsWith("--conf", conf.toString(), "--set", "seed=2");
  }

  @Test
  void handsSparkTheSettingsThatTheJobNeeds() throws IOException, InterruptedException {
    Outcome outcome = scripts.train();
    assertThat(outcome.out())
        .contains(
            "spark.dynamicAllocation.enabled=false",
            "spark.speculation=false",
            "spark.task.maxFailures=1",
            "spark.stage.maxConsecutiveAttempts=1");
    assertThat(outcome.valueAfter("--driver-java-options"))
        .contains("--add-opens=java.base/java.lang=ALL-UNNAMED")
        .contains("-Daeron.publication.unblock.timeout=60s")
        .contains("-Dlog4j2.configurationFile=file:" + Scripts.ROOT + "/conf/log4j2.properties");
    assertThat(outcome.out())
        .anyMatch(
            argument ->
                argument.startsWith("spark.executor.extraJavaOptions=")
                    && argument.contains("-Daeron.publication.unblock.timeout=60s")
                    && argument.contains("-Dorg.bytedeco.javacpp.maxbytes="));
  }

  @Test
  void computesTheMemoryOfATraining() throws IOException, InterruptedException {
    Outcome outcome = scripts.train("--executor-cores", "2", "--set", "replicas=3");
    assertThat(outcome.out())
        .contains("spark.executor.instances=3")
        .anyMatch(argument -> argument.matches("spark.executor.memory=\\d+m"))
        .anyMatch(argument -> argument.matches("spark.executor.memoryOverhead=\\d+m"));
    assertThat(outcome.err())
        .matches(
            "(?s).*spark.driver.memory=\\d+m spark.driver.memoryOverhead=\\d+m"
                + " spark.executor.memory=\\d+m spark.executor.memoryOverhead=\\d+m"
                + " spark.executor.instances=3\n");
  }

  @Test
  void refusesATrainingThatHasNoRoom() throws IOException, InterruptedException {
    Outcome outcome = scripts.train("--spark-conf", "spark.executor.memoryOverhead=500m");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("Cannot give the executor its memory: it needs ")
        .contains("spark.executor.memoryOverhead = 500m is 500 MB");
  }

  /** A driver on the cluster finds them in its working directory. */
  @Test
  void shipsTheConfigurationToADriverOnTheCluster() throws IOException, InterruptedException {
    String conf = Scripts.ROOT.resolve("conf/quickstart.conf").toString();
    Outcome outcome = scripts.train("--deploy-mode", "cluster", "--conf", conf);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .containsSequence("--deploy-mode", "cluster")
        .endsWith("--conf", "quickstart.conf");
    String files =
        outcome.out().stream().filter(line -> line.startsWith("spark.files=")).findAny().get();
    assertThat(files.substring("spark.files=".length()).split(","))
        .contains(
            conf,
            Scripts.ROOT.resolve("conf/cifar10-resnet50.conf").toString(),
            Scripts.ROOT.resolve("conf/log4j2.properties").toString());
    assertThat(outcome.valueAfter("--driver-java-options"))
        .endsWith(" -Dlog4j2.configurationFile=log4j2.properties");
  }

  @Test
  void shipsFilesTogetherWithThoseThatWereGiven() throws IOException, InterruptedException {
    Outcome outcome =
        scripts.train(
            "--deploy-mode", "cluster", "--spark-conf", "spark.files=/data/b,hdfs:///a,/data/b");
    assertThat(outcome.out())
        .filteredOn(argument -> argument.startsWith("spark.files="))
        .containsExactly(
            "spark.files=/data/b,hdfs:///a,%s/conf/log4j2.properties".formatted(Scripts.ROOT));
  }

  @Test
  void shipsFilesTogetherWithThoseOfTheCluster() throws IOException, InterruptedException {
    Path conf = Files.createDirectory(directory.resolve("conf"));
    Files.writeString(conf.resolve("spark-defaults.conf"), "spark.files  /etc/a, hdfs:///b \n");
    assertThat(scripts.train("--deploy-mode", "cluster").out())
        .contains("spark.files=/etc/a,hdfs:///b,%s/conf/log4j2.properties".formatted(Scripts.ROOT));
  }

  @Test
  void asksForAGpuForEachReplica() throws IOException, InterruptedException {
    Outcome outcome = scripts.train("--gpus", "--master", "yarn");
    assertThat(outcome.out())
        .contains(
            "spark.executor.resource.gpu.amount=1",
            "spark.task.resource.gpu.amount=1",
            "spark.executor.resource.gpu.discoveryScript=./discover-gpus.sh",
            "spark.files=" + Scripts.ROOT.resolve("submit/discover-gpus.sh"))
        .endsWith("--set", "training.device=gpu");
  }

  @Test
  void coresOfAnExecutorAreThreadsOfItsReplica() throws IOException, InterruptedException {
    List<String> arguments = scripts.train("--executor-cores=8").out();
    assertThat(arguments)
        .containsSequence(
            "--conf",
            "spark.executor.cores=8",
            "--conf",
            "spark.task.cpus=8",
            "--conf",
            "spark.executorEnv.OMP_NUM_THREADS=8");
    assertThat(arguments).doesNotContain("spark.task.cpus=4");
  }

  @Test
  void coresOfALocalClusterAreCoresOfItsExecutors() throws IOException, InterruptedException {
    assertThat(scripts.train("--master", "local-cluster[4, 3, 2048]").out())
        .containsSequence("spark.master=local-cluster[4, 3, 2048]", "--conf")
        .contains("spark.task.cpus=3", "spark.executorEnv.OMP_NUM_THREADS=3");
  }

  @Test
  void sparkSettingsOfTheCommandLineStandAboveTheDefaults()
      throws IOException, InterruptedException {
    assertThat(scripts.train("--spark-conf", "spark.executor.memory=8g").out())
        .filteredOn(argument -> argument.startsWith("spark.executor.memory="))
        .containsExactly("spark.executor.memory=8g");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          train --master             | --master needs a value
          train --spark-conf queue=a | --spark-conf needs spark.KEY=VALUE, found queue=a
          train --properties-file a  | --properties-file a: not a file that can be read
          """)
  void saysWhichOptionForSparkIsWrong(String line, String problem)
      throws IOException, InterruptedException {
    assertThat(scripts.submit(line.split(" ")))
        .isEqualTo(new Outcome(2, List.of(), "Cannot run submit/job.sh: " + problem + "\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"yarn", "spark://host:7077", "k8s://https://host"})
  void saysThatAClusterNeedsASpark(String master) throws IOException, InterruptedException {
    assertThat(scripts.run(Map.of(), "submit/job.sh", "describe", "--master", master))
        .isEqualTo(
            new Outcome(
                2,
                List.of(),
                "Cannot run submit/job.sh: SPARK_HOME names no Spark 3.5 for Scala 2.12, which a"
                    + " cluster needs\n"));
  }

  @Test
  void runsOnTheRuntimeFromMavenWithoutSpark() throws IOException, InterruptedException {
    Outcome outcome = scripts.run(Map.of(), "submit/job.sh", "describe");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).anyMatch(line -> line.contains("23,528,586"));
  }

  @Test
  void knowsItsVersionOnceItIsPackaged() throws IOException, InterruptedException {
    Outcome outcome = scripts.run(Map.of(), "submit/job.sh", "--version");
    assertThat(outcome.out()).singleElement().asString().matches("spark-resnet50 \\d+\\.\\d+\\..*");
  }

  @Test
  void returnsTheExitCodeOfTheJob() throws IOException, InterruptedException {
    Outcome outcome = scripts.run(Map.of(), "submit/job.sh", "train", "--set", "seed=x");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("--set seed=x: must be a whole number");
  }

  @Test
  void quickstartTrainsOnGeneratedImages() throws IOException, InterruptedException {
    Outcome outcome =
        scripts.run(scripts.withSpark(), "submit/quickstart.sh", "--set", "optimizer.epochs=1");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out())
        .containsSequence("train", "--conf", "conf/quickstart.conf", "--set", "optimizer.epochs=1")
        .contains("Learning curve: runs/quickstart/learning-curve.png");
  }
}
