package dev.sparkresnet.job.benchmark;

import dev.sparkresnet.job.exchange.RoundReplay;
import dev.sparkresnet.model.benchmark.BenchmarkResult;
import dev.sparkresnet.model.benchmark.ProductCeiling;
import dev.sparkresnet.model.network.Layers;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was measured at one batch size with one number of threads.
 *
 * @param rounds by the number of replicas
 */
record Scenario(
    int threads,
    int batch,
    ProductCeiling ceiling,
    List<BenchmarkResult> results,
    SharingCost sharing,
    Map<Integer, RoundReplay> rounds,
    List<ExchangeBenchmark.Cost> exchanges) {

  Scenario withCeiling(ProductCeiling other) {
    return new Scenario(threads, batch, other, results, sharing, rounds, exchanges);
  }

  ScalingPrediction prediction(int staleness) {
    return new ScalingPrediction(sharing, staleness, rounds::get);
  }

  Optional<BenchmarkResult> of(Layers layers) {
    return results.stream().filter(result -> result.layers() == layers).findFirst();
  }
}
