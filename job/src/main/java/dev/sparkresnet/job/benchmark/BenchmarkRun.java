package dev.sparkresnet.job.benchmark;

import dev.sparkresnet.job.exchange.RoundReplay;
import dev.sparkresnet.model.benchmark.Benchmark;
import dev.sparkresnet.model.benchmark.BenchmarkResult;
import dev.sparkresnet.model.benchmark.ProductCeiling;
import dev.sparkresnet.model.network.Layers;
import dev.sparkresnet.model.processor.ThreadLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.dataset.DataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures what a plan asks for, one thing after the other, in this process. */
public final class BenchmarkRun {
  private static final Logger LOG = LoggerFactory.getLogger(BenchmarkRun.class);

  private final BenchmarkPlan plan;
  private final GeneratedImages images;

  private BenchmarkRun(BenchmarkPlan plan) {
    this.plan = plan;
    this.images = new GeneratedImages(plan.largestBatch());
  }

  /** Measures; the number of threads is as before afterwards. */
  public static BenchmarkReport of(BenchmarkPlan plan) {
    BenchmarkRun run = new BenchmarkRun(plan);
    List<Scenario> scenarios = new ArrayList<>();
    try {
      for (int threads : plan.threads()) {
        scenarios.addAll(run.scenarios(threads));
      }
    } finally {
      ThreadLimit.set(ThreadLimit.highest());
    }
    return new BenchmarkReport(plan, scenarios);
  }

  /** The ceiling is measured again and again, as a disturbance may lower but not raise it. */
  private List<Scenario> scenarios(int threads) {
    ThreadLimit.set(threads);
    List<Scenario> scenarios = new ArrayList<>();
    ProductCeiling ceiling = ProductCeiling.measure();
    for (int batch : plan.batches()) {
      scenarios.add(scenario(threads, ceiling, batch));
      ceiling = ceiling.orHigher(ProductCeiling.measure());
    }
    ProductCeiling highest = ceiling;
    return scenarios.stream().map(each -> each.withCeiling(highest)).toList();
  }

  private Scenario scenario(int threads, ProductCeiling ceiling, int batch) {
    List<DataSet> minibatches = images.minibatches(batch);
    List<BenchmarkResult> results = new ArrayList<>();
    for (Layers layers : plan.layers()) {
      LOG.info("{} layers, batch {}, {} threads", layers, batch, threads);
      results.add(
          new Benchmark(plan.network(), plan.optimizer(), minibatches)
              .run(layers, plan.repetitionsOf(layers)));
    }
    LOG.info("gradient sharing, batch {}, {} threads", batch, threads);
    SharingCost sharing = sharing(minibatches, threads);
    return new Scenario(
        threads,
        batch,
        ceiling,
        results,
        sharing,
        rounds(sharing, threads),
        exchanges(sharing, threads));
  }

  private SharingCost sharing(List<DataSet> minibatches, int threads) {
    Layers layers = plan.layersOfSharing();
    return SharingBenchmark.run(
        plan.network().withLayers(layers),
        plan.optimizer(),
        plan.sharing(),
        minibatches,
        plan.repetitionsOf(layers),
        threads);
  }

  private List<ExchangeBenchmark.Cost> exchanges(SharingCost sharing, int threads) {
    List<ExchangeBenchmark.Cost> costs = new ArrayList<>();
    for (int participants : plan.participants()) {
      LOG.info("exchange of {} participants, {} threads each", participants, threads);
      costs.add(
          ExchangeBenchmark.run(
              plan.sharing(),
              sharing.parameters(),
              participants,
              sharing.sparsity(),
              threads,
              plan.repetitions().timed()));
    }
    return costs;
  }

  /** Only if somebody wants to know what more replicas would come to. */
  private Map<Integer, RoundReplay> rounds(SharingCost sharing, int threads) {
    Map<Integer, RoundReplay> rounds = new TreeMap<>();
    if (!plan.gigabits().isEmpty()) {
      for (int replicas : ReportText.REPLICAS) {
        LOG.info("rounds of {} replicas, {} threads", replicas, threads);
        rounds.put(
            replicas,
            RoundReplay.of(
                replicas,
                sharing.parameters(),
                sharing.sparsity(),
                threads,
                plan.repetitions().timed()));
      }
    }
    return rounds;
  }
}
