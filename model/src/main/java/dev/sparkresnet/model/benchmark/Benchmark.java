package dev.sparkresnet.model.benchmark;

import dev.sparkresnet.model.InferenceNetwork;
import dev.sparkresnet.model.ResNet;
import dev.sparkresnet.model.TrainingStep;
import dev.sparkresnet.model.fast.LayerKind;
import dev.sparkresnet.model.network.Architecture;
import dev.sparkresnet.model.network.Layers;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.optimizer.OptimizerSpec;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.DataSet;

/** Times training steps and inference of a network, one kind of layers at a time. */
public final class Benchmark {
  private static final int SEED = 1;

  private final NetworkSpec spec;
  private final OptimizerSpec optimizer;
  private final List<DataSet> minibatches;

  /**
   * A benchmark that has not run yet.
   *
   * @param minibatches of one size, taken by turns
   */
  public Benchmark(NetworkSpec spec, OptimizerSpec optimizer, List<DataSet> minibatches) {
    this.spec = spec;
    this.optimizer = optimizer;
    this.minibatches = List.copyOf(minibatches);
  }

  /** Times one kind of layers and frees all memory that they used. */
  public BenchmarkResult run(Layers layers, Repetitions repetitions) {
    NetworkSpec timed = spec.withLayers(layers);
    ComputationGraph network = ResNet.create(timed, optimizer, SEED);
    try {
      Map<LayerKind, TimedRuns> kinds = new EnumMap<>(LayerKind.class);
      Timing training = trainingStep(network, timed, repetitions, kinds);
      return new BenchmarkResult(
          layers,
          minibatches.get(0).numExamples(),
          Architecture.of(timed).multiplyAdds(),
          training,
          inference(network, timed, repetitions),
          medians(kinds));
    } finally {
      network.close();
    }
  }

  private Timing trainingStep(
      ComputationGraph network,
      NetworkSpec timed,
      Repetitions repetitions,
      Map<LayerKind, TimedRuns> kinds) {
    TimedRuns watch = new TimedRuns();
    try (TrainingStep step = new TrainingStep(network, timed, optimizer)) {
      repetitions.run(
          run -> {
            step.resetSecondsByKind();
            watch.time(() -> train(step, run));
            step.secondsByKind()
                .forEach(
                    (kind, seconds) ->
                        kinds.computeIfAbsent(kind, ignored -> new TimedRuns()).add(seconds));
          },
          () -> {
            watch.reset();
            kinds.clear();
          });
    }
    return watch.timing();
  }

  private void train(TrainingStep step, int run) {
    DataSet minibatch = minibatch(run);
    step.compute(minibatch.getFeatures(), minibatch.getLabels(), optimizer.learningRate());
    step.apply();
  }

  private Timing inference(ComputationGraph network, NetworkSpec timed, Repetitions repetitions) {
    return switch (timed.layers()) {
      case FAST -> {
        try (InferenceNetwork folded = InferenceNetwork.of(network, timed)) {
          yield time(repetitions, run -> folded.logits(minibatch(run).getFeatures()));
        }
      }
      case STOCK ->
          time(repetitions, run -> network.outputSingle(minibatch(run).getFeatures()).close());
    };
  }

  private static Timing time(Repetitions repetitions, IntConsumer work) {
    TimedRuns watch = new TimedRuns();
    repetitions.run(run -> watch.time(() -> work.accept(run)), watch::reset);
    return watch.timing();
  }

  private DataSet minibatch(int run) {
    return minibatches.get(run % minibatches.size());
  }

  private static Map<LayerKind, Double> medians(Map<LayerKind, TimedRuns> kinds) {
    Map<LayerKind, Double> medians = new EnumMap<>(LayerKind.class);
    kinds.forEach((kind, watch) -> medians.put(kind, watch.timing().medianSeconds()));
    return medians;
  }
}
