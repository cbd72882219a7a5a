package dev.sparkresnet.job.replica;

import dev.sparkresnet.job.state.NetworkState;
import dev.sparkresnet.model.BatchNormMoments;
import dev.sparkresnet.model.EvaluationMetrics;
import dev.sparkresnet.model.InferenceNetwork;
import java.io.Serializable;
import java.util.ArrayList;
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

/** The forward-only passes over the executors that follow an epoch of training. */
public record Inference(ReplicaSetup setup, Broadcast<NetworkState> state) {

  /**
   * What the replicas find when they are shown the driver's state.
   *
   * @param drifts how far each of them was from it, in the order of the replicas
   * @param moments batch-norm statistics with the driver's parameters
   */
  public record Recalibration(List<Drift> drifts, BatchNormMoments moments)
      implements Serializable {

    private Recalibration plus(Recalibration other) {
      List<Drift> all = new ArrayList<>(drifts);
      all.addAll(other.drifts);
      return new Recalibration(all, moments.merge(other.moments));
    }
  }

  /**
   * Measures how far the replicas have drifted from the driver, and re-estimates the batch-norm
   * statistics from training images with the driver's parameters (Wu and Johnson 2021, arXiv
   * 2105.07576): gradient sharing cannot carry them.
   *
   * @param training one partition for each replica
   */
  public Recalibration recalibrate(JavaRDD<DataSet> training) {
    return new Recalibrate(setup, state)
        .on(training).collect().stream().reduce(Recalibration::plus).orElseThrow();
  }

  /** Classifies all of the images with the given batch-norm statistics. */
  public EvaluationMetrics evaluate(JavaRDD<DataSet> test, BatchNormMoments moments) {
    return test.mapPartitions(new Evaluate(setup, state, moments)).reduce(EvaluationMetrics::merge);
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

  private static final class Recalibrate extends ReplicaTask<DataSet, Recalibration> {
    private final Broadcast<NetworkState> state;

    Recalibrate(ReplicaSetup setup, Broadcast<NetworkState> state) {
      super(setup);
      this.state = state;
    }

    @Override
    protected Recalibration run(Iterator<DataSet> training, BarrierTaskContext task) {
      Replica replica = Replica.of(setup);
      Drift drift = replica.show(state);
      BatchNormMoments moments =
          sum(
              replica,
              stream(training),
              minibatch -> replica.step().measureBatchNorm(minibatch.getFeatures()),
              BatchNormMoments.NONE,
              BatchNormMoments::merge);
      return new Recalibration(List.of(drift), moments);
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
