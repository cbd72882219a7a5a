package dev.sparkresnet.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.JobProcess.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The preflight as users run it: {@code submit/job.sh} starts a driver and two executors. */
class PreflightIT {
  private static final List<String> CHECKS =
      List.of(
          "executors",
          "versions",
          "java flags",
          "device",
          "convolution",
          "memory",
          "shared memory",
          "udp ports",
          "udp packets",
          "tcp connections",
          "clocks",
          "run directory",
          "dataset");

  @TempDir private static Path directory;

  private static Path images;
  private static Path truncated;

  @BeforeAll
  static void generateImages() throws IOException {
    images = directory.resolve("images");
    SyntheticCifar.generate(new Configuration(), images.toString(), 128, 20, 5);
    truncated = directory.resolve("truncated");
    SyntheticCifar.generate(new Configuration(), truncated.toString(), 128, 20, 5);
    try (FileChannel batch =
        FileChannel.open(truncated.resolve("test_batch.bin"), StandardOpenOption.WRITE)) {
      batch.truncate(1000);
    }
  }

  private static Stream<String> settings(String run, Path dataset, String... others) {
    return settings(directory.resolve(run), dataset, others);
  }

  private static Stream<String> settings(Path run, Path dataset, String... others) {
    return Stream.concat(
        Stream.of(
            "run-directory=" + run,
            "dataset.path=" + dataset,
            "model.blocks=[1]",
            "model.width=8",
            "optimizer.batch-size=8"),
        Stream.of(others));
  }

  /** Relative paths are those of the driver: executors work in other directories. */
  @Test
  void findsAllWellOnTwoExecutorsAndLeavesNothing() throws Exception {
    Path root = Path.of("..").toRealPath();
    Path run = root.relativize(directory.resolve("well"));
    List<String> command =
        JobProcess.onSmallExecutors("preflight", settings(run, root.relativize(images)));
    command.add("--json");
    Outcome outcome = JobProcess.start(command).finish();
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.lines())
        .contains(
            "executors        ok       2 for 2 replicas",
            "java flags       ok       java.base is open, aeron.publication.unblock.timeout is 60 s",
            "device           ok       CPU",
            "convolution      ok       3x3 on 4x4 as computed by hand",
            "udp packets      ok       4 ways are open",
            "tcp connections  ok       6 ways are open",
            "run directory    ok       file:%s: written, renamed, read"
                .formatted(directory.resolve("well")),
            "dataset          ok       128 training and 20 test images")
        .anyMatch(line -> line.matches("preflight: 13 checks, all well, in [0-9.]+ s"));
    JsonNode json = jsonIn(outcome);
    assertThat(json.path("exit_code").asInt(-1)).isZero();
    assertThat(json.path("checks").findValuesAsText("name")).isEqualTo(CHECKS);
    assertThat(json.path("checks").get(0).path("status").asText()).isEqualTo("ok");
    assertThat(directory.resolve("well")).doesNotExist();
  }

  /** Standard error comes in the same stream, but before. */
  private static JsonNode jsonIn(Outcome outcome) throws IOException {
    int begin = outcome.lines().indexOf("{");
    int end = outcome.lines().lastIndexOf("}");
    return new ObjectMapper().readTree(String.join("\n", outcome.lines().subList(begin, end + 1)));
  }

  @Test
  void tellsEverythingThatFailsAtOnce() throws Exception {
    try (TakenPorts ports = new TakenPorts(4)) {
      List<String> command =
          JobProcess.onSmallExecutors(
              "preflight",
              settings(
                  "failing",
                  truncated,
                  "replicas=3",
                  "executor-wait=30 s",
                  "gradient-sharing.port-range=" + ports));
      command.addAll(List.of("--master", "local-cluster[2,1,1024]"));
      Outcome outcome = JobProcess.start(command).finish();
      assertThat(outcome.exitCode()).isEqualTo(2);
      assertThat(outcome.lines())
          .contains(
              "executors        FAILED   2 for 3 replicas came within 30 s (training.executor-wait)",
              "udp packets      skipped  no executor to reach, or no port to reach it at",
              "dataset          FAILED   driver on localhost, executor 0 on localhost, executor 1 on"
                  + " localhost: Cannot read dataset file:%s: test_batch.bin has 1000 bytes, which is"
                      .formatted(truncated)
                  + " not a multiple of 3073",
              "  to mend executors: Give the application more executors (spark.executor.instances),"
                  + " the cluster room for them, or lower training.replicas.",
              "Cannot train: preflight failed in 3 of 13 checks: executors, udp ports, dataset")
          .anyMatch(
              line ->
                  line.startsWith("udp ports        FAILED   driver on localhost, ")
                      && line.endsWith("all of %s are in use".formatted(ports)));
    }
    assertThat(directory.resolve("failing")).doesNotExist();
  }

  @Test
  void trainRefusesToBeginAndSaysSoInItsResult() throws Exception {
    try (TakenPorts ports = new TakenPorts(3)) {
      Outcome outcome =
          JobProcess.start(
                  JobProcess.onSmallExecutors(
                      "train",
                      settings("refused", truncated, "gradient-sharing.port-range=" + ports)))
              .finish();
      String reason = "Cannot train: preflight failed in 2 of 13 checks: udp ports, dataset";
      assertThat(outcome.exitCode()).isEqualTo(2);
      assertThat(outcome.lines())
          .contains(reason)
          .anyMatch(line -> line.contains("device           ok       CPU"))
          .anyMatch(line -> line.contains("  to mend dataset: Put whole images "));
      JsonNode result =
          new ObjectMapper().readTree(Files.readString(directory.resolve("refused/result.json")));
      assertThat(result.path("outcome").asText()).isEqualTo("mendable");
      assertThat(result.path("reason").asText()).isEqualTo(reason);
    }
    try (Stream<Path> left = Files.list(directory.resolve("refused"))) {
      assertThat(left.filter(path -> path.getFileName().toString().startsWith("."))).isEmpty();
    }
  }

  /** The images are in a pipe, so that all processes hang until the signal comes. */
  @Test
  void canBeStoppedLikeATraining() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    JobProcess job =
        JobProcess.start(JobProcess.onSmallExecutors("train", settings("stopped", pipe)));
    // Opened as soon as somebody reads.
    try (OutputStream unread = Files.newOutputStream(pipe)) {
      job.signal("TERM");
      Outcome outcome = job.finish();
      unread.flush();
      assertThat(outcome.exitCode()).isEqualTo(75);
      assertThat(outcome.lines())
          .contains("Stopped by SIGTERM; the same command goes on after the last checkpoint")
          .noneMatch(line -> line.contains("FAILED"));
    }
  }

  /** UDP ports that follow each other, all of them in use. */
  private static final class TakenPorts implements AutoCloseable {
    private static final int FIRST = 42_000;

    private final List<DatagramSocket> sockets = new ArrayList<>();

    TakenPorts(int count) {
      for (int port = FIRST; sockets.size() < count; port++) {
        try {
          sockets.add(new DatagramSocket(port));
        } catch (SocketException takenByAnother) {
          close();
          sockets.clear();
        }
      }
    }

    @Override
    public String toString() {
      int first = sockets.get(0).getLocalPort();
      return first + "-" + (first + sockets.size() - 1);
    }

    @Override
    public void close() {
      sockets.forEach(DatagramSocket::close);
    }
  }
}
