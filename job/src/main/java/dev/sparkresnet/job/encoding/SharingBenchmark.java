package dev.sparkresnet.job.encoding;

import dev.sparkresnet.job.config.GradientSharingConfig;
import dev.sparkresnet.job.transport.Traffic;
import dev.sparkresnet.model.ResNet;
import dev.sparkresnet.model.TrainingStep;
import dev.sparkresnet.model.benchmark.Repetitions;
import dev.sparkresnet.model.benchmark.TimedRuns;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.optimizer.OptimizerSpec;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Times what one replica does for gradient sharing, without anything that depends on the network
 * between hosts.
 *
 * <p>Plain and shared steps take turns, so that both see the same weather.
 */
public final class SharingBenchmark {
  private static final int SEED = 1;
  private static final int EPOCH = 1;

  private final TrainingStep step;
  private final INDArray parameters;
  private final OptimizerSpec optimizer;
  private final UpdateEncoder encoder;
  private final List<DataSet> minibatches;
  private final TimedRuns compute = new TimedRuns();
  private final TimedRuns plainApply = new TimedRuns();
  private final TimedRuns encode = new TimedRuns();
  private final TimedRuns apply = new TimedRuns();
  private long messageBytes;

  private SharingBenchmark(
      TrainingStep step,
      INDArray parameters,
      OptimizerSpec optimizer,
      GradientSharingConfig sharing,
      List<DataSet> minibatches) {
    this.step = step;
    this.parameters = parameters;
    this.optimizer = optimizer;
    this.encoder = new UpdateEncoder(sharing, sharing.threshold(), parameters.length());
    this.minibatches = minibatches;
  }

  /**
   * Trains a new network at the learning rate that the schedule begins with, and frees its memory.
   *
   * @param minibatches of one size, taken by turns
   */
  public static SharingCost run(
      NetworkSpec spec,
      OptimizerSpec optimizer,
      GradientSharingConfig sharing,
      List<DataSet> minibatches,
      Repetitions repetitions) {
    ComputationGraph network = ResNet.create(spec, optimizer, SEED);
    try (TrainingStep step = new TrainingStep(network, spec, optimizer)) {
      SharingBenchmark benchmark =
          new SharingBenchmark(step, network.params(), optimizer, sharing, minibatches);
      repetitions.run(benchmark::runBoth, benchmark::reset);
      return benchmark.cost(repetitions.timed());
    } finally {
      network.close();
    }
  }

  private void runBoth(int run) {
    compute(2 * run);
    plainApply.time(step::apply);
    compute(2 * run + 1);
    share(run);
  }

  private void compute(int number) {
    DataSet minibatch = minibatches.get(number % minibatches.size());
    compute.time(
        () ->
            step.compute(minibatch.getFeatures(), minibatch.getLabels(), optimizer.learningRate()));
  }

  private void share(int iteration) {
    INDArray[] message = new INDArray[1];
    encode.time(() -> message[0] = encoder.encode(step.update(), iteration, EPOCH).orElse(null));
    apply.time(
        () -> {
          if (message[0] != null) {
            UpdateEncoder.apply(message[0], parameters);
          }
        });
    if (message[0] != null) {
      messageBytes += Traffic.of(message[0]).bytes();
      message[0].close();
    }
  }

  private void reset() {
    compute.reset();
    plainApply.reset();
    encode.reset();
    apply.reset();
    messageBytes = 0;
  }

  private SharingCost cost(int messages) {
    return new SharingCost(
        minibatches.get(0).numExamples(),
        compute.timing(),
        plainApply.timing(),
        encode.timing(),
        apply.timing(),
        (double) messageBytes / messages);
  }
}
