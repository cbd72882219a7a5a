package dev.sparkresnet.job.benchmark;

import dev.sparkresnet.job.config.GradientSharingConfig;
import dev.sparkresnet.job.exchange.Encoding;
import dev.sparkresnet.job.exchange.Figures;
import dev.sparkresnet.job.exchange.Rounds;
import dev.sparkresnet.job.exchange.RoundsSettings;
import dev.sparkresnet.job.replica.AdaptiveThreshold;
import dev.sparkresnet.job.replica.HostFloats;
import dev.sparkresnet.model.ResNet;
import dev.sparkresnet.model.TrainingStep;
import dev.sparkresnet.model.benchmark.Repetitions;
import dev.sparkresnet.model.benchmark.TimedRuns;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.optimizer.OptimizerSpec;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Times what one of two replicas does for gradient sharing, without anything that depends on the
 * network between hosts: the other one has the same updates, in this process.
 *
 * <p>Plain and shared steps take turns, so that both see the same weather.
 */
final class SharingBenchmark implements AutoCloseable {
  private static final int SEED = 1;
  private static final int REPLICAS = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final TrainingStep step;
  private final INDArray parameters;
  private final OptimizerSpec optimizer;
  private final GradientSharingConfig sharing;
  private final List<DataSet> minibatches;
  private final List<Rounds> replicas = new ArrayList<>();
  private final FloatBuffer parametersOfOther;
  private final TimedRuns compute = new TimedRuns();
  private final TimedRuns plainApply = new TimedRuns();
  private final TimedRuns encode = new TimedRuns();
  private final TimedRuns apply = new TimedRuns();

  private SharingBenchmark(
      TrainingStep step,
      INDArray parameters,
      OptimizerSpec optimizer,
      GradientSharingConfig sharing,
      List<DataSet> minibatches,
      int threads) {
    this.step = step;
    this.parameters = parameters;
    this.optimizer = optimizer;
    this.sharing = sharing;
    this.minibatches = minibatches;
    this.parametersOfOther = FloatBuffer.allocate(Math.toIntExact(parameters.length()));
    for (int self = 0; self < REPLICAS; self++) {
      int number = self;
      replicas.add(
          new Rounds(
              settings(self, threads),
              (peer, message) -> replicas.get(peer).received(number, message)));
    }
    begin();
  }

  private RoundsSettings settings(int self, int threads) {
    return new RoundsSettings(
        REPLICAS,
        self,
        parametersOfOther.limit(),
        Encoding.THRESHOLD,
        0,
        (float) sharing.residualClip(),
        sharing.residualClipEvery(),
        threads,
        PATIENCE);
  }

  /**
   * Trains a new network at the learning rate that the schedule begins with, and frees its memory.
   *
   * @param minibatches of one size, taken by turns
   */
  static SharingCost run(
      NetworkSpec spec,
      OptimizerSpec optimizer,
      GradientSharingConfig sharing,
      List<DataSet> minibatches,
      Repetitions repetitions,
      int threads) {
    ComputationGraph network = ResNet.create(spec, optimizer, SEED);
    try (TrainingStep step = new TrainingStep(network, spec, optimizer);
        SharingBenchmark benchmark =
            new SharingBenchmark(
                step, network.params(), optimizer, sharing, minibatches, threads)) {
      repetitions.run(benchmark::runBoth, benchmark::reset);
      return benchmark.cost();
    } finally {
      network.close();
    }
  }

  private void runBoth(int run) {
    compute(2 * run);
    plainApply.time(step::apply);
    compute(2 * run + 1);
    share();
  }

  private void compute(int number) {
    DataSet minibatch = minibatches.get(number % minibatches.size());
    compute.time(
        () ->
            step.compute(minibatch.getFeatures(), minibatch.getLabels(), optimizer.learningRate()));
  }

  /** The one that is timed applies sums that are there already. */
  private void share() {
    FloatBuffer update = HostFloats.of(step.update());
    encode.time(() -> replicas.get(0).send(update, false));
    replicas.get(1).send(update, false);
    boolean unused = replicas.get(1).applyDue(parametersOfOther);
    apply.time(() -> HostFloats.change(parameters, floats -> replicas.get(0).drain(floats)));
  }

  private void reset() {
    compute.reset();
    plainApply.reset();
    encode.reset();
    apply.reset();
  }

  private void begin() {
    float threshold = (float) sharing.threshold();
    replicas.forEach(each -> each.begin(0, threshold, new AdaptiveThreshold(sharing, threshold)));
  }

  private SharingCost cost() {
    Figures figures = replicas.get(0).figures();
    return new SharingCost(
        minibatches.get(0).numExamples(),
        compute.timing(),
        plainApply.timing(),
        encode.timing(),
        figures.summingNanos() / 1e9 / figures.rounds(),
        apply.timing(),
        (double) figures.sentBytes() / figures.rounds(),
        figures.samples().stream().mapToDouble(Figures.Sample::sparsity).average().orElseThrow(),
        parametersOfOther.limit());
  }

  @Override
  public void close() {
    replicas.forEach(Rounds::close);
  }
}
