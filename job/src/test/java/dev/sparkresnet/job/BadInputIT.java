package dev.sparkresnet.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.command.JobCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code train} says, and how it exits, when it is given something that cannot work. */
class BadInputIT {
  private static final int MENDABLE = 2;
  private static final String TWO_EXECUTORS = "local-cluster[2,1,1024]";

  @TempDir private static Path directory;

  private static String images;

  private record Outcome(int exitCode, String message) {}

  @BeforeAll
  static void generateImages() {
    images = directory.resolve("images").toString();
    SyntheticCifar.generate(new Configuration(), images, 128, 20, 5);
  }

  @Test
  void aRunDirectoryThatCannotBeWritten() throws Exception {
    Outcome outcome = train(TWO_EXECUTORS, "run-directory=/proc/run");
    assertThat(outcome.message()).startsWith("Cannot write to run directory /proc/run: ");
    assertThat(outcome.exitCode()).isEqualTo(MENDABLE);
  }

  @Test
  void anHdfsThatCannotBeReached() throws Exception {
    Outcome outcome =
        train(TWO_EXECUTORS, "run-directory=hdfs://127.0.0.1:1/run", "storage.retry-for=1 s");
    assertThat(outcome.message())
        .startsWith("Cannot write to run directory hdfs://127.0.0.1:1/run: ")
        .contains("Connection refused");
    assertThat(outcome.exitCode()).isEqualTo(MENDABLE);
  }

  @Test
  void aDatasetThatIsNotThere() throws Exception {
    String missing = directory.resolve("missing").toString();
    Outcome outcome = train(TWO_EXECUTORS, "dataset.path=" + missing);
    assertThat(outcome.message()).startsWith("Cannot read dataset " + missing + ": ");
    assertThat(outcome.exitCode()).isEqualTo(MENDABLE);
    assertThatNothingIsLeft("run");
  }

  @Test
  void aLabelOutsideTheClasses() throws Exception {
    Path damaged = copyOfImages("damaged");
    Path batch = damaged.resolve("data_batch_1.bin");
    byte[] bytes = Files.readAllBytes(batch);
    bytes[3073] = 77;
    Files.write(batch, bytes);
    Outcome outcome = train(TWO_EXECUTORS, "dataset.path=" + damaged);
    assertThat(outcome.message())
        .startsWith("Cannot read dataset ")
        .contains("data_batch_1.bin")
        .contains("77");
    assertThat(outcome.exitCode()).isEqualTo(MENDABLE);
    assertThatNothingIsLeft("run");
  }

  @Test
  void fewerExecutorsThanReplicas() throws Exception {
    Outcome outcome =
        train(
            "local-cluster[1,1,1024]", "executor-wait=3 seconds", "run-directory=" + fresh("one"));
    assertThat(outcome.message())
        .matches(
            "Cannot train 2 replicas: only [01] executors came within 3 s"
                + " \\(training.executor-wait\\); give the application more executors or set"
                + " training.replicas");
    assertThat(outcome.exitCode()).isEqualTo(MENDABLE);
  }

  @Test
  void aMasterWithoutExecutors() throws Exception {
    Outcome outcome = train("local[2]");
    assertThat(outcome.message())
        .isEqualTo(
            "Cannot train on master local[2]: replicas need executors in processes of their own;"
                + " use for example local-cluster[2,1,3072]");
    assertThat(outcome.exitCode()).isEqualTo(MENDABLE);
  }

  @Test
  void aNetworkOtherThanTheOneInTheCheckpoint() throws Exception {
    String run = fresh("resumed");
    assertThat(train(TWO_EXECUTORS, "run-directory=" + run).exitCode()).isZero();
    Outcome outcome =
        train(TWO_EXECUTORS, "run-directory=" + run, "model.width=16", "optimizer.epochs=2");
    assertThat(outcome.message())
        .isEqualTo(
            "Cannot resume file:"
                + run
                + ": it was started with another configuration: training.model.width was 8, is 16;"
                + " a run directory of its own starts another training");
    assertThat(outcome.exitCode()).isEqualTo(MENDABLE);
    assertThat(directory.resolve("resumed/checkpoints/epoch-0001")).exists();
    assertThat(directory.resolve("resumed/checkpoints/epoch-0002")).doesNotExist();
  }

  private static String fresh(String run) {
    return directory.resolve(run).toString();
  }

  private static Path copyOfImages(String name) throws IOException {
    Path copy = Files.createDirectory(directory.resolve(name));
    try (Stream<Path> files = Files.list(Path.of(images))) {
      for (Path file : files.filter(BadInputIT::isNoChecksum).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  /** Hadoop keeps a checksum beside every local file, and would find the damage by it. */
  private static boolean isNoChecksum(Path file) {
    return !file.getFileName().toString().endsWith(".crc");
  }

  private static void assertThatNothingIsLeft(String run) throws IOException {
    Path checkpoints = directory.resolve(run).resolve("checkpoints");
    try (Stream<Path> left = Files.list(checkpoints)) {
      assertThat(left).isEmpty();
    }
  }

  private static Outcome train(String master, String... settings) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("train", "--skip-preflight"));
    Stream.concat(Stream.of(defaults()), Stream.of(settings))
        .forEach(setting -> arguments.addAll(List.of("--set", setting)));
    StringWriter err = new StringWriter();
    CommandLine command = JobCommand.commandLine().setErr(new PrintWriter(err));
    int exitCode =
        TestApplication.withMaster(master, () -> command.execute(arguments.toArray(String[]::new)));
    return new Outcome(exitCode, err.toString().strip());
  }

  private static String[] defaults() {
    return new String[] {
      "run-directory=" + fresh("run"),
      "dataset.path=" + images,
      "model.blocks=[1]",
      "model.width=8",
      "optimizer.batch-size=32",
      "optimizer.epochs=1"
    };
  }
}
