package dev.sparkresnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BenchmarkTest {
  private static final NetworkSpec SPEC = Networks.ONE_BLOCK;

  @Test
  void timesBothKindsOfLayersAndTellsWhereFastOnesSpendTheirTime() {
    BenchmarkResult stock = new Benchmark(SPEC, Networks.OPTIMIZER, 2, 1, 3).run();
    BenchmarkResult fast =
        new Benchmark(SPEC.withLayers(Layers.FAST), Networks.OPTIMIZER, 2, 1, 3).run();
    assertThat(stock.layers()).isEqualTo(Layers.STOCK);
    assertThat(stock.secondsByKind()).isEmpty();
    assertThat(fast.secondsByKind()).containsOnlyKeys(LayerKind.values());
    double sum = fast.secondsByKind().values().stream().mapToDouble(each -> each).sum();
    assertThat(sum).isPositive();
    assertThat(fast.operationsOfStep())
        .isEqualTo(6.0 * 2 * NetworkTable.of(SPEC, 1).multiplyAdds());
  }

  @Test
  void rendersAResult() {
    BenchmarkResult result =
        new BenchmarkResult(
            Layers.FAST,
            new Timing(128, 0.25, 0.2, 0.5),
            new Timing(128, 0.064, 0.06, 0.1),
            Map.of(LayerKind.BATCH_NORM, 0.045),
            60e9,
            480e9);
    assertThat(result.shareOfCeiling()).isCloseTo(0.5, within(1e-12));
    assertThat(result.render())
        .isEqualTo(
            """
            fast layers, batch 128
              training step     512.0 images/s     250.0 ms  (200.0 to 500.0)
              inference        2000.0 images/s      64.0 ms  (60.0 to 100.0)
              50 % of the matrix-product ceiling of 480 GFLOP/s
                batch norm                   45.0 ms""");
  }

  @Test
  void aTimingLeavesWarmUpsOut() {
    AtomicInteger runs = new AtomicInteger();
    Timing timing = Timing.of(7, 2, 3, runs::incrementAndGet);
    assertThat(runs).hasValue(5);
    assertThat(timing.fastestSeconds()).isLessThanOrEqualTo(timing.medianSeconds());
    assertThat(timing.medianSeconds()).isLessThanOrEqualTo(timing.slowestSeconds());
  }

  @Test
  void rejectsCountsBelowOne() {
    assertThatThrownBy(() -> new Benchmark(SPEC, Networks.OPTIMIZER, 0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot run benchmark: batch size must be at least 1, found 0");
  }
}
