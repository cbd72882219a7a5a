package dev.sparkresnet.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.JobProcess.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
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
          "tcp connections",
          "exchange",
          "clocks",
          "kerberos",
          "run directory",
          "dataset",
          "learning curve");

  @TempDir private static Path directory;

  /** Relative paths are those of the driver: executors work in other directories. */
  @Test
  void findsAllWellOnTwoExecutorsAndLeavesNothing() throws Exception {
    Path images = directory.resolve("images");
    SyntheticCifar.generate(new Configuration(), images.toString(), 128, 20, 5);
    Path root = Path.of("..").toRealPath();
    List<String> command =
        JobProcess.onSmallExecutors(
            "preflight",
            Stream.of(
                "run-directory=" + root.relativize(directory.resolve("well")),
                "dataset.path=" + root.relativize(images),
                "optimizer.batch-size=8"));
    command.add("--json");
    Outcome outcome = JobProcess.start(command).finish();
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.lines())
        .contains(
            "executors        ok       2 for 2 replicas",
            "java flags       ok       java.base is open",
            "device           ok       CPU",
            "convolution      ok       3x3 on 4x4 as computed by hand",
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
}
