package dev.sparkresnet.job.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sparkresnet.job.launch.LaunchRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainCommandTest {
  private static final String MASTER = "--spark-conf=spark.master=yarn";

  @TempDir Path directory;

  private LaunchRun explain(String... arguments) {
    List<String> all = new ArrayList<>(List.of("explain"));
    all.addAll(List.of(arguments));
    if (!all.contains("--conf")) {
      all.addAll(List.of("--set", "run-directory=runs/a", "--set", "dataset.train-limit=50000"));
      all.addAll(List.of("--set", "dataset.path=data"));
    }
    return LaunchRun.of(Map.of(), all);
  }

  private static LaunchRun refused(String line) {
    return new LaunchRun(2, Optional.empty(), "", line);
  }

  private Path configuration(String... lines) throws IOException {
    return Files.write(directory.resolve("my run.conf"), List.of(lines));
  }

  @Test
  void saysWhereEverySettingComesFrom() throws IOException {
    Path file =
        configuration(
            "training {",
            "  run-directory = \"hdfs:///runs/a\"",
            "  dataset { path = \"hdfs:///data\", train-limit = 1000 }",
            "  optimizer.epochs = 4",
            "}");
    LaunchRun run =
        explain("--conf", file.toString(), "--set", "optimizer.epochs=5", "--set", "seed=7");
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines().map(line -> line.replaceAll(" {2,}", "  ")))
        .contains(
            "  training.run-directory = hdfs:///runs/a  " + file + ": 2",
            "  training.dataset.train-limit = 1000  " + file + ": 3",
            "  training.optimizer.epochs = 5  --set",
            "  training.seed = 7  --set",
            "  training.model.blocks = [3,4,6,3]  default");
  }

  @Test
  void saysWhatFollows() {
    assertThat(explain("--spark-conf", "spark.master=yarn").out())
        .contains(
            """
            What follows
              global minibatch    128 images: 2 replicas of optimizer.batch-size 64
              steps               391 an epoch, 7,820 in all, on 50,000 images (dataset.train-limit)
              learning rate       0.02 of the first step, 0.0002 in the last epoch
                                  each replica takes 1/2 of it
              bytes of a step     0.4 MB from a replica at gradient-sharing.maximum-sparsity
                                  encoding = dense would send 94.3 MB; it pays on networks of 40 Gbit/s or more
              checkpoint          188 MB
            """);
  }

  /** The heap is made, the arrays are limited by conf/java.options. */
  @Test
  void figuresOfMemoryAddUpForExecutorsOfThisMachine() {
    String text = explain("--conf", "../conf/quickstart.conf", "--set", "dataset.path=data").out();
    assertThat(text)
        .contains(
            "  executor            9,216 MB: heap 2,048 MB, arrays outside it 6,144 MB, JVM and others"
                + " 1,024 MB\n");
    assertAddUp(text);
    assertAddUp(explain(MASTER).out());
  }

  private static void assertAddUp(String text) {
    List<List<Long>> figures =
        Pattern.compile("(?m)^  (?:executor|driver) +(.* MB: heap .*)$")
            .matcher(text)
            .results()
            .map(
                line ->
                    Pattern.compile("[\\d,]*\\d(?= MB)")
                        .matcher(line.group(1))
                        .results()
                        .map(figure -> Long.parseLong(figure.group().replace(",", "")))
                        .toList())
            .toList();
    assertThat(figures)
        .as(text)
        .hasSize(2)
        .allSatisfy(
            each -> {
              assertThat(each).hasSize(4).allMatch(figure -> figure > 0);
              assertThat(each.get(0)).isEqualTo(each.get(1) + each.get(2) + each.get(3));
            });
  }

  @Test
  void belongsToTheScriptsAlone() {
    assertThat(CommandRun.of("explain"))
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "Cannot explain how a run is started from within one: use submit/job.sh explain\n"));
  }

  @Test
  void printsLinesForScripts() {
    LaunchRun run =
        explain("--spark-settings", "--set", "replicas=16", "--spark-conf", "spark.master=yarn");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines())
        .startsWith(
            "spark.driver.memory=1536m",
            "spark.driver.memoryOverhead=1100m",
            "spark.executor.memory=1536m",
            "spark.executor.memoryOverhead=1861m",
            "spark.executor.instances=16",
            "spark.executor.cores=4",
            "spark.task.cpus=4",
            "spark.executorEnv.OMP_NUM_THREADS=4",
            "spark.authenticate=true",
            "spark.network.crypto.enabled=true",
            "spark.dynamicAllocation.enabled=false",
            "spark.excludeOnFailure.enabled=false",
            "spark.speculation=false")
        .contains(
            "driver-java-option=-Dorg.bytedeco.javacpp.maxbytes=460m",
            "executor-java-option=-Dorg.bytedeco.javacpp.maxbytes=1221m",
            "executor-java-option=-Dorg.bytedeco.javacpp.maxphysicalbytes=3397m")
        .allMatch(line -> line.matches("(spark\\.[\\w.]+|(driver|executor)-java-option)=\\S+"));
  }

  @Test
  void passesOnFlagsThatWereGiven() {
    assertThat(
            explain(
                    "--spark-settings",
                    "--spark-conf",
                    "spark.master=yarn",
                    "--spark-conf",
                    "spark.executor.extraJavaOptions=-Xss2m -XX:+UseParallelGC")
                .out()
                .lines()
                .filter(line -> line.startsWith("executor-java-option=-X")))
        .containsExactly(
            "executor-java-option=-XX:+IgnoreUnrecognizedVMOptions",
            "executor-java-option=-XX:+UseParallelGC",
            "executor-java-option=-Xss2m");
  }

  @Test
  void refusesARunThatDoesNotFit() {
    assertThat(
            explain(
                "--spark-settings",
                "--set",
                "optimizer.batch-size=512",
                "--spark-conf",
                "spark.master=yarn",
                "--spark-conf",
                "spark.executor.memoryOverhead=1g"))
        .isEqualTo(
            refused(
                "Cannot give the executor its memory: it needs 3056 MB beside its heap,"
                    + " spark.executor.memoryOverhead = 1g is 1024 MB; make"
                    + " training.optimizer.batch-size smaller or give it more\n"));
  }

  @Test
  void refusesResultsThatTheDriverWouldNotTake() {
    assertThat(
            explain(
                "--set", "replicas=16", "--spark-conf", "spark.driver.maxResultSize=100m", MASTER))
        .isEqualTo(
            refused(
                "Cannot collect the results of the replicas: they need 198 MB,"
                    + " spark.driver.maxResultSize = 100m is 100 MB; give it more, or leave it"
                    + " out\n"));
  }

  @Test
  void refusesANetworkThatCannotBeBuilt() {
    assertThat(explain("--set", "model.blocks=[1,1,1,1,1]"))
        .isEqualTo(refused("Cannot build network: input size must be at least 64, found 32\n"));
  }

  @Test
  void refusesAClusterOfThisMachineThatIsTooLarge() {
    LaunchRun run = explain("--spark-conf", "spark.master=local-cluster[5000,1,1280]");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("Cannot run 5000 executors and their driver on this machine: they may take ");
  }

  @Test
  void neverPrintsSecrets() throws IOException {
    Path file = directory.resolve("settings");
    Files.writeString(file, "spark.authenticate.secret hush\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    String secret = "--properties-file=" + file;
    for (String format : List.of("--json", "--spark-settings", "--spark-conf=spark.a=b")) {
      LaunchRun run = explain(format, "--spark-conf", "spark.master=yarn", secret);
      assertThat(run.out()).as(run.err()).isNotEmpty().doesNotContain("hush");
    }
    assertThat(explain(secret).out())
        .endsWith(
            "\nNot shown: spark.authenticate.secret; they belong into a file for"
                + " --properties-file\n");
  }

  @Test
  void printsJsonForPrograms() throws IOException {
    JsonNode json =
        new ObjectMapper().readTree(explain("--json", "--spark-conf", "spark.master=yarn").out());
    assertThat(json.at("/settings/training.optimizer.momentum").toString())
        .isEqualTo("{\"value\":\"0.9\",\"origin\":\"default\"}");
    assertThat(json.at("/stepsPerEpoch").asInt()).isEqualTo(391);
    assertThat(json.at("/globalBatch").asInt()).isEqualTo(128);
    assertThat(json.at("/checkpointBytes").asLong()).isEqualTo(188_441_168);
    assertThat(json.at("/bytesFromReplica/most").asLong()).isEqualTo(94_326_824);
    assertThat(json.at("/memory/executor/heapBytes").asLong()).isEqualTo(1792L << 20);
    assertThat(json.at("/memory/executor/arrays/velocity").asLong()).isEqualTo(94_114_344);
    assertThat(json.at("/spark/spark.speculation").asText()).isEqualTo("false");
    assertThat(json.at("/command").asText()).startsWith("\"$SPARK_HOME\"/bin/spark-submit ");
  }
}
