package dev.sparkresnet.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.MetricsFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A standalone cluster on three hosts, made of network namespaces, whose addresses for Spark and
 * for updates are on different networks. Needs root and iproute2.
 */
@Tag("long")
class NetworkNamespacesIT {
  private static final String SCRIPT = "src/test/scripts/network-namespaces.sh";

  @TempDir private static Path directory;

  private record Outcome(int exitCode, List<String> lines) {}

  private static Outcome run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", SCRIPT));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      List<String> lines = out.lines().toList();
      return new Outcome(process.waitFor(), lines);
    }
  }

  @Test
  void trainsAcrossHostsByTheNetworkOfTheMask() throws IOException, InterruptedException {
    Outcome check = run("--check");
    assumeTrue(check.exitCode() == 0, () -> "no network namespaces here: " + check.lines());
    SyntheticCifar.generate(
        new Configuration(), directory.resolve("images").toString(), 601, 101, 3);

    Outcome training =
        run(
            directory.toString(),
            "model.blocks=[1]",
            "model.width=8",
            "optimizer.batch-size=32",
            "optimizer.epochs=2",
            "optimizer.learning-rate=0.05",
            "gradient-sharing.threshold=1e-3");

    assertThat(training.exitCode()).as("exit code after %s", training.lines()).isZero();
    assertThat(training.lines())
        .anyMatch(
            line ->
                line.matches(
                    ".* replica \\d  executor \\d  host 10\\.88\\.0\\.2  tcp 10\\.77\\.0\\.2:\\d+ "
                        + " CPU"))
        .anyMatch(
            line ->
                line.matches(
                    ".* replica \\d  executor \\d  host 10\\.88\\.0\\.3  tcp 10\\.77\\.0\\.3:\\d+ "
                        + " CPU"));
    assertThat(new MetricsFile(new Configuration(), directory.resolve("run").toString()).read())
        .extracting(EpochMetrics::epoch, EpochMetrics::examples)
        .containsExactly(tuple(1, 600L), tuple(2, 600L));
  }
}
