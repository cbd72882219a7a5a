package dev.sparkresnet.job.replica;

import dev.sparkresnet.job.spark.Placement;
import dev.sparkresnet.job.state.NetworkState;
import dev.sparkresnet.model.BatchNormMoments;
import dev.sparkresnet.model.EvaluationMetrics;
import dev.sparkresnet.model.InferenceNetwork;
import java.util.Iterator;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.nd4j.linalg.dataset.DataSet;

/**
 * The forward-only passes over the executors that follow an epoch of training.
 *
 * @param places of the replicas by number
 */
public record Inference(ReplicaSetup setup, Broadcast<NetworkState> state, List<Placement> places) {

  /**
   * Re-estimates the batch-norm statistics from training images with the driver's parameters (Wu
   * and Johnson 2021, arXiv 2105.07576): gradient sharing cannot carry them.
   *
   * @param training one partition for each replica
   */
  public BatchNormMoments recalibrate(JavaRDD<DataSet> training) {
    return inOrder(new Recalibrate(setup, state).on(training, places), BatchNormMoments::merge);
  }

  /** Classifies all of the images with the given batch-norm statistics. */
  public EvaluationMetrics evaluate(JavaRDD<DataSet> test, BatchNormMoments moments) {
    return inOrder(
        test.mapPartitions(new Evaluate(setup, state, moments)), EvaluationMetrics::merge);
  }

  /** Spark's own reduction takes results as they come, so that a sum is not the same bits twice. */
  private static <T> T inOrder(JavaRDD<T> results, BinaryOperator<T> plus) {
    return results.collect().stream().reduce(plus).orElseThrow();
  }

  /** Measures minibatches one by one on the replica's thread and sums up. */
  private static <T> T sum(
      Replica replica,
      Stream<DataSet> minibatches,
      Function<DataSet, T> measure,
      T none,
      BinaryOperator<T> plus) {
    return minibatches
        .map(minibatch -> replica.onOwnThread(() -> measureAndClose(minibatch, measure)))
        .reduce(none, plus);
  }

  private static <T> T measureAndClose(DataSet minibatch, Function<DataSet, T> measure) {
    try {
      return measure.apply(minibatch);
    } finally {
      TrainingLoop.close(minibatch);
    }
  }

  private static Stream<DataSet> stream(Iterator<DataSet> minibatches) {
    Iterable<DataSet> once = () -> minibatches;
    return StreamSupport.stream(once.spliterator(), false);
  }

  private static final class Recalibrate extends ReplicaTask<DataSet, BatchNormMoments> {
    private final Broadcast<NetworkState> state;

    Recalibrate(ReplicaSetup setup, Broadcast<NetworkState> state) {
      super(setup);
      this.state = state;
    }

    @Override
    protected BatchNormMoments run(Iterator<DataSet> training, BarrierTaskContext task) {
      Replica replica = Replica.of(setup);
      replica.show(state);
      return sum(
          replica,
          stream(training),
          minibatch -> replica.step().measureBatchNorm(minibatch.getFeatures()),
          BatchNormMoments.NONE,
          BatchNormMoments::merge);
    }
  }

  private record Evaluate(
      ReplicaSetup setup, Broadcast<NetworkState> state, BatchNormMoments moments)
      implements FlatMapFunction<Iterator<DataSet>, EvaluationMetrics> {
    @Override
    public Iterator<EvaluationMetrics> call(Iterator<DataSet> test) {
      Replica replica = Replica.of(setup);
      InferenceNetwork network = replica.onOwnThread(() -> replica.inference(state, moments));
      EvaluationMetrics metrics =
          sum(
              replica,
              stream(test),
              minibatch -> network.evaluate(minibatch.getFeatures(), minibatch.getLabels()),
              EvaluationMetrics.NONE,
              EvaluationMetrics::merge);
      return List.of(metrics).iterator();
    }
  }
}
