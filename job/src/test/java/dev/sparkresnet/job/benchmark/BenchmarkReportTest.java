package dev.sparkresnet.job.benchmark;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.exchange.RoundReplay;
import dev.sparkresnet.model.benchmark.BenchmarkResult;
import dev.sparkresnet.model.benchmark.ProductCeiling;
import dev.sparkresnet.model.benchmark.Repetitions;
import dev.sparkresnet.model.benchmark.Timing;
import dev.sparkresnet.model.fast.LayerKind;
import dev.sparkresnet.model.network.Layers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BenchmarkReportTest {
  private static final long MULTIPLY_ADDS = 100_000_000;

  private static final BenchmarkResult FAST =
      new BenchmarkResult(
          Layers.FAST,
          128,
          MULTIPLY_ADDS,
          new Timing(20, 0.25, 0.2, 0.5),
          new Timing(20, 0.064, 0.06, 0.1),
          Map.of(LayerKind.BATCH_NORM, 0.05, LayerKind.OPTIMIZER, 0.0125));

  private static final BenchmarkResult STOCK =
      new BenchmarkResult(
          Layers.STOCK,
          128,
          MULTIPLY_ADDS,
          new Timing(5, 4, 3, 5),
          new Timing(5, 1.28, 1, 2),
          Map.of());

  private static final SharingCost SHARING =
      new SharingCost(
          128,
          new Timing(40, 0.24, 0.23, 0.3),
          new Timing(20, 0.01, 0.01, 0.01),
          new Timing(20, 0.03, 0.02, 0.04),
          0.002,
          new Timing(20, 0.005, 0.004, 0.006),
          123_456,
          0.01,
          23_528_586);

  private static final RoundReplay ROUND =
      new RoundReplay(500_000, 500_000, Duration.ofMillis(2), Duration.ofMillis(3));

  private static BenchmarkReport report(List<BenchmarkResult> results) {
    TrainingConfig config =
        ResolvedConfiguration.read(
                Optional.empty(), List.of("run-directory=none", "dataset.path=none"))
            .training();
    BenchmarkPlan plan =
        new BenchmarkPlan(
            config.model().network(),
            config.optimizer().optimizer(1),
            config.gradientSharing(),
            List.of(1),
            List.of(128),
            results.stream().map(BenchmarkResult::layers).toList(),
            List.of(1),
            List.of(2),
            new Repetitions(4, 20));
    return new BenchmarkReport(
        plan,
        List.of(
            new Scenario(
                1,
                128,
                new ProductCeiling(614.4e9),
                results,
                SHARING,
                ReportText.REPLICAS.stream().collect(toMap(it -> it, it -> ROUND)),
                List.of(new ExchangeBenchmark.Cost(2, 0.05, 654_321, 0.006, 0.012)))));
  }

  @Test
  void isReadableAndMarkdown() {
    assertThat(report(List.of(FAST, STOCK)).toText())
        .isEqualTo(
            """
            23,528,586 parameters, 78,712,832 multiply-adds an image.
            Median of 20 runs of fast layers after 4 and 5 runs of stock layers after 1 (fastest to slowest).
            Ceiling, the speed of matrix products: 614 GFLOP/s with 1 thread.

            | threads | batch | task          | layers | images/s | against stock | of ceiling | ms                        |
            |---------|-------|---------------|--------|----------|---------------|------------|---------------------------|
            | 1       | 128   | training step | fast   | 512.0    | 16.0x         | 50 %       | 250.0 (200.0 to 500.0)    |
            | 1       | 128   | training step | stock  | 32.0     | 1.0x          | 3 %        | 4000.0 (3000.0 to 5000.0) |
            | 1       | 128   | inference     | fast   | 2000.0   | 20.0x         | 65 %       | 64.0 (60.0 to 100.0)      |
            | 1       | 128   | inference     | stock  | 100.0    | 1.0x          | 3 %        | 1280.0 (1000.0 to 2000.0) |

            | step of fast layers   | 1 thread, batch 128 |
            |-----------------------|---------------------|
            | stem convolution      | 0.0 ms, 0 %         |
            | pointwise convolution | 0.0 ms, 0 %         |
            | spatial convolution   | 0.0 ms, 0 %         |
            | batch norm            | 50.0 ms, 20 %       |
            | elementwise           | 0.0 ms, 0 %         |
            | head and pooling      | 0.0 ms, 0 %         |
            | optimizer             | 12.5 ms, 5 %        |
            | rest                  | 187.5 ms, 75 %      |

            | gradient sharing    | compute ms             | plain apply ms      | encode ms           | sum ms | apply ms         | added ms | of plain step | sent kB |
            |---------------------|------------------------|---------------------|---------------------|--------|------------------|----------|---------------|---------|
            | 1 thread, batch 128 | 240.0 (230.0 to 300.0) | 10.0 (10.0 to 10.0) | 30.0 (20.0 to 40.0) | 2.0    | 5.0 (4.0 to 6.0) | 27.0     | 11 %          | 123     |

            | exchange            | participants | round ms | sum ms | wait ms | sent kB |
            |---------------------|--------------|----------|--------|---------|---------|
            | 1 thread, batch 128 | 2            | 50.0     | 6.0    | 12.0    | 654     |

            | predicted efficiency | Gbit/s | 2 replicas | 4 replicas | 8 replicas | 16 replicas | 32 replicas | 64 replicas |
            |----------------------|--------|------------|------------|------------|-------------|-------------|-------------|
            | 1 thread, batch 128  | 1      | 90 %       | 89 %       | 89 %       | 88 %        | 88 %        | 88 %        |""");
  }

  @Test
  void leavesOutWhatNeedsTheLayersThatWereNotMeasured() {
    assertThat(report(List.of(FAST)).toText())
        .contains("| fast   | 512.0    |               | 50 %")
        .doesNotContain("stock  |");
    assertThat(report(List.of(STOCK)).toText()).doesNotContain("step of fast layers");
  }

  @Test
  void hasEveryFigureInJson() throws JsonProcessingException {
    JsonNode root = new ObjectMapper().readTree(report(List.of(FAST, STOCK)).toJson());
    assertThat(root.at("/parameters").asLong()).isEqualTo(23_528_586);
    JsonNode scenario = root.at("/scenarios/0");
    assertThat(scenario.at("/threads").asInt()).isEqualTo(1);
    assertThat(scenario.at("/batch").asInt()).isEqualTo(128);
    assertThat(scenario.at("/ceilingOperationsPerSecond").asDouble()).isEqualTo(614.4e9);
    assertThat(scenario.at("/layers/fast/trainingStep/medianSeconds").asDouble()).isEqualTo(0.25);
    assertThat(scenario.at("/layers/fast/trainingStep/imagesPerSecond").asDouble()).isEqualTo(512);
    assertThat(scenario.at("/layers/fast/medianSecondsOfStep/batch-norm").asDouble())
        .isEqualTo(0.05);
    assertThat(scenario.at("/layers/stock/inference/slowestSeconds").asDouble()).isEqualTo(2);
    assertThat(scenario.at("/gradientSharing/encode/fastestSeconds").asDouble()).isEqualTo(0.02);
    assertThat(scenario.at("/gradientSharing/meanSentBytes").asDouble()).isEqualTo(123_456);
    assertThat(scenario.at("/predictedEfficiency/0/replicas").asInt()).isEqualTo(2);
    assertThat(scenario.at("/predictedEfficiency/0/efficiency").asDouble())
        .isCloseTo(0.25 / 0.279, within(1e-12));
  }
}
