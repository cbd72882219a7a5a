package dev.sparkresnet.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the scripts in the repository whose job was packaged just now. */
class SubmitScriptsIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path JOB_JAR = ROOT.resolve("job/target/runtime/lib/spark-resnet50.jar");

  @TempDir Path sparkHome;

  private record Outcome(int exitCode, List<String> out, String err) {}

  /** A Spark distribution that prints the arguments of spark-submit, one a line. */
  @BeforeEach
  void installSparkThatPrintsArguments() throws IOException {
    Path script = Files.createDirectory(sparkHome.resolve("bin")).resolve("spark-submit");
    Files.writeString(script, "#!/usr/bin/env bash\nprintf '%s\\n' \"$@\"\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
  }

  private Outcome run(Map<String, String> environment, String script, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", ROOT.resolve(script).toString()));
    command.addAll(List.of(arguments));
    Path out = sparkHome.resolve("out");
    Path err = sparkHome.resolve("err");
    ProcessBuilder process =
        new ProcessBuilder(command)
            .directory(sparkHome.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    process.environment().remove("SPARK_HOME");
    process.environment().putAll(environment);
    int exitCode = process.start().waitFor();
    return new Outcome(exitCode, Files.readAllLines(out), Files.readString(err, UTF_8));
  }

  private Outcome submit(String... arguments) throws IOException, InterruptedException {
    return run(Map.of("SPARK_HOME", sparkHome.toString()), "submit/job.sh", arguments);
  }

  /** Submits a training that knows what it must. */
  private Outcome train(String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("train", "--set", "run-directory=r"));
    all.addAll(List.of("--set", "dataset.path=d"));
    all.addAll(List.of(arguments));
    return submit(all.toArray(String[]::new));
  }

  @Test
  void handsTheCommandToSparkSubmit() throws IOException, InterruptedException {
    Path conf = Files.writeString(sparkHome.resolve("a b.conf"), "training.seed = 1");
    Outcome outcome = train("--master", "yarn", "--conf", conf.toString(), "--set", "seed=2");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out())
        .startsWith("--class", "dev.sparkresnet.job.Main")
        .containsSequence("--conf", "spark.master=yarn")
        .containsSequence(JOB_JAR.toString(), "train")
        .endsWith("--conf", conf.toString(), "--set", "seed=2");
  }

  @Test
  void handsSparkTheSettingsThatTheJobNeeds() throws IOException, InterruptedException {
    Outcome outcome = train();
    assertThat(outcome.out())
        .contains(
            "spark.dynamicAllocation.enabled=false",
            "spark.speculation=false",
            "spark.task.maxFailures=1",
            "spark.stage.maxConsecutiveAttempts=1");
    assertThat(valueAfter("--driver-java-options", outcome))
        .contains("--add-opens=java.base/java.lang=ALL-UNNAMED")
        .contains("-Daeron.publication.unblock.timeout=60s")
        .contains("-Dlog4j2.configurationFile=file:" + ROOT + "/conf/log4j2.properties");
    assertThat(outcome.out())
        .anyMatch(
            argument ->
                argument.startsWith("spark.executor.extraJavaOptions=")
                    && argument.contains("-Daeron.publication.unblock.timeout=60s")
                    && argument.contains("-Dorg.bytedeco.javacpp.maxbytes="));
  }

  /** The words before the command, one list a manager and deploy mode. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "submit/standalone.sh spark://host:7077",
        "submit/standalone.sh spark://host:7077 --deploy-mode cluster",
        "submit/yarn.sh",
        "submit/yarn.sh --deploy-mode cluster --gpus",
        "submit/kubernetes.sh k8s://https://host:6443 spark:3.5.6 --deploy-mode client --gpus",
        "submit/kubernetes.sh k8s://https://host:6443 spark:3.5.6 "
            + "--spark-conf spark.kubernetes.file.upload.path=hdfs://namenode/uploads",
        "submit/job.sh --spark-conf spark.files=/data/b,a.txt --deploy-mode=cluster",
      })
  void explainPrintsTheSparkSubmitThatTrainRuns(String script)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(script.split(" ")));
    Map<String, String> environment = withSparkAndYarn();
    List<String> configured =
        List.of(
            "--executor-cores=8",
            "--conf",
            ROOT.resolve("conf/quickstart.conf").toString(),
            "--properties-file",
            properties("rw-------", "spark.hadoop.fs.permissions.umask-mode=027\n").toString(),
            "--spark-conf",
            "spark.yarn.queue=it's $HOME \"and\" `more`;*",
            "--set",
            "dataset.path=/data/a b");
    Outcome train = run(environment, words, "train", configured);
    assertThat(train.exitCode()).as(train.err()).isZero();
    Outcome explain = run(environment, words, "explain", configured);
    assertThat(explain.exitCode()).as(explain.err()).isZero();
    assertThat(explain.err()).isEmpty();
    String command = startCommand(explain);
    assertThat(command).startsWith("(umask 027 && \"$SPARK_HOME\"/bin/spark-submit \\\n");
    assertThat(inBash(environment, command)).isEqualTo(train.out());
    assertThat(run(Map.of("HADOOP_CONF_DIR", sparkHome.toString()), words, "explain", configured))
        .as("without a Spark")
        .isEqualTo(explain);
  }

  private Map<String, String> withSparkAndYarn() throws IOException {
    Files.writeString(sparkHome.resolve("yarn-site.xml"), "<configuration/>");
    String home = sparkHome.toString();
    return Map.of("SPARK_HOME", home, "HADOOP_CONF_DIR", home);
  }

  private Outcome run(
      Map<String, String> environment, List<String> script, String command, List<String> more)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(script.subList(1, script.size()));
    // The script takes what it takes before the command.
    int positions =
        script.get(0).contains("kubernetes") ? 2 : script.get(0).contains("alone") ? 1 : 0;
    arguments.add(positions, command);
    arguments.addAll(more);
    return run(environment, script.get(0), arguments.toArray(String[]::new));
  }

  private static String startCommand(Outcome explain) {
    int heading = explain.out().indexOf("How to start it");
    return String.join("\n", explain.out().subList(heading + 1, explain.out().size()));
  }

  private List<String> inBash(Map<String, String> environment, String command)
      throws IOException, InterruptedException {
    ProcessBuilder process = new ProcessBuilder("bash", "-u", "-c", command);
    process.environment().putAll(environment);
    Process bash = process.redirectErrorStream(true).start();
    List<String> lines = bash.inputReader().lines().toList();
    assertThat(bash.waitFor()).as(String.join("\n", lines)).isZero();
    return lines;
  }

  @Test
  void explainPrintsTheScriptForExecutorsOfThisMachine() throws IOException, InterruptedException {
    Outcome explain =
        run(
            Map.of(),
            "submit/job.sh",
            "--master",
            "local-cluster[2,1,1536]",
            "explain",
            "--set",
            "run-directory=a b",
            "--set",
            "dataset.path=d",
            "--set",
            "dataset.train-limit=500");
    assertThat(explain.exitCode()).as(explain.err()).isZero();
    assertThat(startCommand(explain))
        .isEqualTo(
            """
            %s/submit/job.sh \\
                --master 'local-cluster[2,1,1536]' train \\
                --set 'run-directory=a b' \\
                --set dataset.path=d \\
                --set dataset.train-limit=500"""
                .formatted(ROOT));
  }

  @Test
  void helpOfExplainNeedsNoConfiguration() throws IOException, InterruptedException {
    Outcome help = submit("explain", "--help", "--master", "yarn");
    assertThat(help.exitCode()).as(help.err()).isZero();
    assertThat(help.out()).anyMatch(line -> line.startsWith("Usage: submit/job.sh explain"));
  }

  @Test
  void computesTheMemoryOfATraining() throws IOException, InterruptedException {
    Outcome outcome = train("--executor-cores", "2", "--set", "replicas=3");
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
    Outcome outcome = train("--spark-conf", "spark.executor.memoryOverhead=500m");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .startsWith("Cannot give the executor its memory: it needs ")
        .contains("spark.executor.memoryOverhead = 500m is 500 MB");
  }

  /** A driver on the cluster finds them in its working directory. */
  @Test
  void shipsTheConfigurationToADriverOnTheCluster() throws IOException, InterruptedException {
    String conf = ROOT.resolve("conf/quickstart.conf").toString();
    Outcome outcome = train("--deploy-mode", "cluster", "--conf", conf);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .containsSequence("--deploy-mode", "cluster")
        .endsWith("--conf", "quickstart.conf");
    String files =
        outcome.out().stream().filter(line -> line.startsWith("spark.files=")).findAny().get();
    assertThat(files.substring("spark.files=".length()).split(","))
        .contains(
            conf,
            ROOT.resolve("conf/cifar10-resnet50.conf").toString(),
            ROOT.resolve("conf/log4j2.properties").toString());
    assertThat(valueAfter("--driver-java-options", outcome))
        .endsWith(" -Dlog4j2.configurationFile=log4j2.properties");
  }

  @Test
  void shipsFilesTogetherWithThoseThatWereGiven() throws IOException, InterruptedException {
    Outcome outcome =
        train("--deploy-mode", "cluster", "--spark-conf", "spark.files=/data/b,hdfs:///a,/data/b");
    assertThat(outcome.out())
        .filteredOn(argument -> argument.startsWith("spark.files="))
        .containsExactly("spark.files=/data/b,hdfs:///a,%s/conf/log4j2.properties".formatted(ROOT));
  }

  @Test
  void refusesAPropertiesFileWhoseFilesWouldNotBeShipped()
      throws IOException, InterruptedException {
    Path file = properties("rw-------", "spark.files=/data/b\n");
    assertThat(train("--properties-file", file.toString()).exitCode()).isZero();
    assertThat(train("--deploy-mode", "cluster", "--properties-file", file.toString()).err())
        .isEqualTo(
            "Cannot run submit/job.sh: --properties-file %s: spark.files must be given by"
                    .formatted(file)
                + " --spark-conf\n");
  }

  @Test
  void asksForAGpuForEachReplica() throws IOException, InterruptedException {
    Outcome outcome = train("--gpus", "--master", "yarn");
    assertThat(outcome.out())
        .contains(
            "spark.executor.resource.gpu.amount=1",
            "spark.task.resource.gpu.amount=1",
            "spark.executor.resource.gpu.discoveryScript=./discover-gpus.sh",
            "spark.files=" + ROOT.resolve("submit/discover-gpus.sh"))
        .endsWith("--set", "training.device=gpu");
  }

  private Outcome submitToKubernetes(String... arguments) throws IOException, InterruptedException {
    return run(Map.of("SPARK_HOME", sparkHome.toString()), "submit/kubernetes.sh", arguments);
  }

  @Test
  void runsTheDriverOnKubernetes() throws IOException, InterruptedException {
    String upload = "spark.kubernetes.file.upload.path=hdfs://namenode/uploads";
    Outcome outcome =
        submitToKubernetes(
            "k8s://https://host:6443", "spark:3.5.6", "describe", "--gpus", "--spark-conf", upload);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    String template = "podTemplateFile=" + ROOT.resolve("submit/kubernetes/pod-template.yaml");
    assertThat(outcome.out())
        .containsSequence("--deploy-mode", "cluster")
        .contains(
            "spark.master=k8s://https://host:6443",
            "spark.kubernetes.container.image=spark:3.5.6",
            "spark.kubernetes.driver." + template,
            "spark.kubernetes.executor." + template,
            "spark.kubernetes.driver.podTemplateContainerName=spark",
            "spark.kubernetes.executor.podTemplateContainerName=spark",
            "spark.executor.resource.gpu.vendor=nvidia.com",
            "spark.executor.resource.gpu.discoveryScript="
                + "/opt/spark/examples/src/main/scripts/getGpusResources.sh",
            upload)
        .endsWith(JOB_JAR.toString(), "describe", "--set", "training.device=gpu");
    assertThat(valueAfter("--driver-java-options", outcome))
        .endsWith(" -Dsparkresnet.logging-file=log4j2.properties");
  }

  @Test
  void needsNoUploadPathForADriverOfKubernetesThatRunsHere()
      throws IOException, InterruptedException {
    Outcome outcome =
        submitToKubernetes("k8s://https://host", "spark:3", "describe", "--deploy-mode", "client");
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).containsSequence("--deploy-mode", "client");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          train                             | the first argument must be k8s://https://HOST:PORT, found train
          k8s://https://host train --gpus   | the second argument must be an image, found train
          k8s://https://host                | the second argument must be an image, found none
          k8s://https://host spark:3 train  | a driver on the cluster needs --spark-conf spark.kubernetes.file.upload.path=hdfs://..., which it and you can reach
          """)
  void saysWhatIsMissingForKubernetes(String line, String problem)
      throws IOException, InterruptedException {
    assertThat(submitToKubernetes(line.split(" ")))
        .isEqualTo(new Outcome(2, List.of(), "Cannot run submit/kubernetes.sh: " + problem + "\n"));
  }

  @Test
  void coresOfAnExecutorAreThreadsOfItsReplica() throws IOException, InterruptedException {
    List<String> arguments = train("--executor-cores=8").out();
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
    assertThat(train("--master", "local-cluster[4, 3, 2048]").out())
        .containsSequence("spark.master=local-cluster[4, 3, 2048]", "--conf")
        .contains("spark.task.cpus=3", "spark.executorEnv.OMP_NUM_THREADS=3");
  }

  @Test
  void sparkSettingsOfTheCommandLineStandAboveTheDefaults()
      throws IOException, InterruptedException {
    assertThat(train("--spark-conf", "spark.executor.memory=8g").out())
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
    assertThat(submit(line.split(" ")))
        .isEqualTo(new Outcome(2, List.of(), "Cannot run submit/job.sh: " + problem + "\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"yarn", "spark://host:7077", "k8s://https://host"})
  void saysThatAClusterNeedsASpark(String master) throws IOException, InterruptedException {
    assertThat(run(Map.of(), "submit/job.sh", "describe", "--master", master))
        .isEqualTo(
            new Outcome(
                2,
                List.of(),
                "Cannot run submit/job.sh: SPARK_HOME names no Spark 3.5 for Scala 2.12, which a"
                    + " cluster needs\n"));
  }

  @Test
  void refusesASecretInAValue() throws IOException, InterruptedException {
    Outcome outcome = train("--spark-conf", "spark.driver.extraJavaOptions=-Dpassword=hunter2");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err())
        .startsWith("Cannot run submit/job.sh: --spark-conf spark.driver.extraJavaOptions: others")
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark.authenticate.secret",
        "spark.hadoop.fs.s3a.Access.Key",
        "spark.ssl.keyPassword",
        "spark.executorEnv.AWS_SESSION_TOKEN"
      })
  void refusesASecretThatWouldStandInTheProcessList(String key)
      throws IOException, InterruptedException {
    assertThat(train("--spark-conf", key + "=hunter2"))
        .isEqualTo(
            new Outcome(
                2,
                List.of(),
                "Cannot run submit/job.sh: --spark-conf "
                    + key
                    + ": others can see it in the process list; it belongs into a file that only"
                    + " you can read, for --properties-file\n"));
  }

  @Test
  void handsSparkAFileOfSecretsWithoutWhatIsInIt() throws IOException, InterruptedException {
    Path file = properties("rw-------", "spark.authenticate.secret hunter2\n");
    Outcome outcome = train("--properties-file", file.toString());
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .containsSequence("--properties-file", file.toString())
        .noneMatch(argument -> argument.contains("hunter2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----"})
  void refusesAFileOfSecretsThatIsOpenToOthers(String permissions)
      throws IOException, InterruptedException {
    Path file = properties(permissions, "\n spark.ssl.keyPassword=hunter2\n");
    assertThat(train("--properties-file", file.toString()).err())
        .isEqualTo(
            "Cannot run submit/job.sh: --properties-file %1$s: it holds a secret and is open to"
                    .formatted(file)
                + " others; chmod 600 %s\n".formatted(file));
  }

  @Test
  void takesTheSecuredExampleAsItIs() throws IOException, InterruptedException {
    Path example = ROOT.resolve("conf/secured.conf");
    Outcome outcome = train("--properties-file=" + example);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).containsSequence("--properties-file", example.toString());
  }

  @Test
  void refusesAFileWhoseSettingsWouldNotHold() throws IOException, InterruptedException {
    Path file = properties("rw-------", "spark.task.cpus = 8\n");
    assertThat(train("--properties-file", file.toString()).err())
        .isEqualTo(
            "Cannot run submit/job.sh: --properties-file %s: spark.task.cpus must be given by"
                    .formatted(file)
                + " --spark-conf\n");
  }

  private Path properties(String permissions, String content) throws IOException {
    Path file = Files.writeString(sparkHome.resolve("spark.properties"), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  @Test
  void runsOnTheRuntimeFromMavenWithoutSpark() throws IOException, InterruptedException {
    Outcome outcome = run(Map.of(), "submit/job.sh", "describe");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).anyMatch(line -> line.contains("23,528,586"));
  }

  @Test
  void knowsItsVersionOnceItIsPackaged() throws IOException, InterruptedException {
    Outcome outcome = run(Map.of(), "submit/job.sh", "--version");
    assertThat(outcome.out()).singleElement().asString().matches("spark-resnet50 \\d+\\.\\d+\\..*");
  }

  @Test
  void returnsTheExitCodeOfTheJob() throws IOException, InterruptedException {
    Outcome outcome = run(Map.of(), "submit/job.sh", "train", "--set", "seed=x");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("--set seed=x: must be a whole number");
  }

  @Test
  void quickstartTrainsOnGeneratedImages() throws IOException, InterruptedException {
    Outcome outcome =
        run(
            Map.of("SPARK_HOME", sparkHome.toString()),
            "submit/quickstart.sh",
            "--set",
            "optimizer.epochs=1");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out())
        .containsSequence("train", "--conf", "conf/quickstart.conf", "--set", "optimizer.epochs=1")
        .contains("Learning curve: runs/quickstart/learning-curve.png");
  }

  private static String valueAfter(String option, Outcome outcome) {
    return outcome.out().get(outcome.out().indexOf(option) + 1);
  }
}
