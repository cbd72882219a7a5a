package dev.sparkresnet.job.benchmark;

import dev.sparkresnet.job.encoding.SharingCost;
import dev.sparkresnet.model.benchmark.BenchmarkResult;
import dev.sparkresnet.model.benchmark.ProductCeiling;
import dev.sparkresnet.model.network.Layers;
import java.util.List;
import java.util.Optional;

/** What was measured at one batch size with one number of threads. */
record Scenario(
    int threads,
    int batch,
    ProductCeiling ceiling,
    List<BenchmarkResult> results,
    SharingCost sharing) {

  Scenario withCeiling(ProductCeiling other) {
    return new Scenario(threads, batch, other, results, sharing);
  }

  Optional<BenchmarkResult> of(Layers layers) {
    return results.stream().filter(result -> result.layers() == layers).findFirst();
  }
}
