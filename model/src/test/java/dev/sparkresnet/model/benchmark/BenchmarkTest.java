package dev.sparkresnet.model.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sparkresnet.model.Networks;
import dev.sparkresnet.model.fast.LayerKind;
import dev.sparkresnet.model.network.Layers;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.network.NetworkTable;
import dev.sparkresnet.model.processor.ThreadLimit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.dataset.DataSet;

class BenchmarkTest {
  private static final NetworkSpec SPEC = Networks.ONE_BLOCK;

  private static BenchmarkResult run(Layers layers) {
    List<DataSet> minibatches =
        List.of(
            new DataSet(Networks.images(SPEC, 2, 1), Networks.labels(SPEC, 2, 2)),
            new DataSet(Networks.images(SPEC, 2, 3), Networks.labels(SPEC, 2, 4)));
    return new Benchmark(SPEC, Networks.OPTIMIZER, minibatches).run(layers, new Repetitions(1, 3));
  }

  @ParameterizedTest
  @EnumSource(Layers.class)
  void timesStepsAndInferenceOfEitherKindOfLayers(Layers layers) {
    BenchmarkResult result = run(layers);
    assertThat(result.layers()).isEqualTo(layers);
    assertThat(result.batch()).isEqualTo(2);
    assertThat(result.trainingStep().repetitions()).isEqualTo(3);
    assertThat(result.inference().repetitions()).isEqualTo(3);
    assertThat(result.trainingOperations())
        .isEqualTo(6.0 * 2 * NetworkTable.of(SPEC, 1).multiplyAdds());
  }

  @Test
  void tellsWhatAStepOfFastLayersSpendsItsTimeOn() {
    Map<LayerKind, Double> seconds = run(Layers.FAST).medianSecondsByKind();
    assertThat(seconds).containsOnlyKeys(LayerKind.values());
    assertThat(seconds.values()).allSatisfy(each -> assertThat(each).isPositive());
    assertThat(run(Layers.STOCK).medianSecondsByKind()).containsOnlyKeys(LayerKind.OPTIMIZER);
  }

  @Test
  void theShareOfTheCeilingIsThatOfTheMedian() {
    Timing timing = new Timing(3, 0.5, 0.1, 2);
    ProductCeiling ceiling = new ProductCeiling(400e9);
    assertThat(ceiling.share(50e9, timing)).isCloseTo(0.25, within(1e-12));
    assertThat(ceiling.orHigher(new ProductCeiling(500e9)).operationsPerSecond()).isEqualTo(500e9);
    assertThat(ceiling.orHigher(new ProductCeiling(300e9))).isEqualTo(ceiling);
    assertThat(timing.perSecond(64)).isCloseTo(128, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"5 1 3, 3, 1, 5", "4 1 2 9, 3, 1, 9", "7, 7, 7, 7"})
  void aTimingIsMedianAndExtremes(String seconds, double median, double fastest, double slowest) {
    double[] values = List.of(seconds.split(" ")).stream().mapToDouble(Double::valueOf).toArray();
    assertThat(Timing.of(values)).isEqualTo(new Timing(values.length, median, fastest, slowest));
  }

  @Test
  void theWarmUpIsNotTimed() {
    StringBuilder order = new StringBuilder();
    new Repetitions(2, 3).run(run -> order.append(run), () -> order.append('|'));
    assertThat(order).hasToString("01|234");
    TimedRuns watch = new TimedRuns();
    watch.add(100);
    watch.reset();
    watch.add(2);
    assertThat(watch.timing()).isEqualTo(new Timing(1, 2, 2, 2));
  }

  @Test
  void slowWorkIsDoneAQuarterAsOften() {
    assertThat(new Repetitions(5, 20).ofSlowWork()).isEqualTo(new Repetitions(1, 5));
    assertThat(new Repetitions(1, 1).ofSlowWork()).isEqualTo(new Repetitions(1, 2));
  }

  @Test
  void rejectsCountsBelowOne() {
    assertThatThrownBy(() -> new Repetitions(0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot run benchmark: warm-up runs must be at least 1, found 0");
  }

  @Test
  void refusesMoreThreadsThanTheProcessHas() {
    int tooMany = ThreadLimit.highest() + 1;
    assertThatThrownBy(() -> ThreadLimit.set(tooMany))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot compute with %d threads: this process has 1 to %d, as OMP_NUM_THREADS said at its start",
            tooMany, tooMany - 1);
  }
}
