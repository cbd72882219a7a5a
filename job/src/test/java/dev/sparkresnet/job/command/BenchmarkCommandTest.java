package dev.sparkresnet.job.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sparkresnet.model.processor.ThreadLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchmarkCommandTest {
  @TempDir private Path directory;

  @Test
  void measuresBothKindsOfLayersAtEveryBatchSize() throws IOException {
    Path json = directory.resolve("new/benchmark.json");
    CommandRun run =
        CommandRun.of(
            "benchmark",
            "--set=model.blocks=[1]",
            "--set=model.width=4",
            "--batch-size=2,3",
            "--steps=3",
            "--warm-up=1",
            "--scaling",
            "--json=" + json);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("| inference     | stock  |")
        .contains("gradient sharing")
        .contains("| 64 replicas |");
    JsonNode scenarios = new ObjectMapper().readTree(json.toFile()).at("/scenarios");
    assertThat(scenarios.findValuesAsText("batch")).containsExactly("2", "3");
    for (JsonNode scenario : scenarios) {
      assertThat(scenario.at("/layers/fast/trainingStep/repetitions").asInt()).isEqualTo(3);
      assertThat(scenario.at("/layers/stock/trainingStep/repetitions").asInt()).isEqualTo(2);
      assertThat(scenario.at("/layers/fast/inference/imagesPerSecond").asDouble()).isPositive();
      assertThat(scenario.at("/gradientSharing/encode/medianSeconds").asDouble()).isPositive();
      assertThat(scenario.at("/gradientSharing/meanSentBytes").asDouble()).isPositive();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --steps=0           | Cannot run benchmark: timed runs must be at least 1, found 0
          --warm-up=0         | Cannot run benchmark: warm-up runs must be at least 1, found 0
          --batch-size=64,0   | Cannot run benchmark: batch size must be at least 1, found 0
          --scaling=0         | Cannot run benchmark: bandwidth must be at least 1 Gbit/s, found 0
          --set=device=gpu    | Cannot train on this host: training.device is gpu, but its ND4J backend is CPU; use the job built with -Pcuda, on hosts with a GPU, its driver and CUDA 11.6
          --set=model.width=0 | Cannot read configuration: --set model.width=0: must be at least 1, found "0"
          """)
  void saysWhatIsWrong(String option, String problem) {
    assertThat(CommandRun.of("benchmark", option)).isEqualTo(new CommandRun(2, "", problem + "\n"));
  }

  @Test
  void saysHowToGetMoreThreads() {
    int highest = ThreadLimit.highest();
    assertThat(CommandRun.of("benchmark", "--threads=" + (highest + 1)))
        .isEqualTo(
            new CommandRun(
                2,
                "",
                String.format(
                    Locale.ROOT,
                    "Cannot run benchmark: threads must be 1 to %d (OMP_NUM_THREADS sets the limit), found %d\n",
                    highest,
                    highest + 1)));
  }

  @Test
  void measuresNothingWhenItCouldNotWriteTheFigures() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    CommandRun run = CommandRun.of("benchmark", "--json=" + file.resolve("benchmark.json"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("Cannot write " + file + "/benchmark.json: ");
  }
}
