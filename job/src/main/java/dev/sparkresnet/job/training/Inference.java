package dev.sparkresnet.job.training;

import dev.sparkresnet.model.BatchNormMoments;
import dev.sparkresnet.model.Evaluation;
import dev.sparkresnet.model.EvaluationMetrics;
import java.util.Iterator;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.nd4j.linalg.dataset.DataSet;

/** The forward-only passes over the executors that follow an epoch of training. */
record Inference(ReplicaSetup setup, Broadcast<NetworkState> state) {

  /**
   * Re-estimates the batch-norm statistics from training images with the final weights (Wu and
   * Johnson 2021, arXiv 2105.07576): gradient sharing cannot carry them.
   *
   * @param minibatches how many of each partition to use
   */
  BatchNormMoments recalibrate(JavaRDD<DataSet> training, int minibatches) {
    return training
        .mapPartitions(new MeasureBatchNorm(setup, state, minibatches))
        .reduce(BatchNormMoments::merge);
  }

  /** Classifies all of the images with the given batch-norm statistics. */
  EvaluationMetrics evaluate(JavaRDD<DataSet> test, BatchNormMoments moments) {
    return test.mapPartitions(new Evaluate(setup, state, moments)).reduce(EvaluationMetrics::merge);
  }

  /** Measures minibatches one by one on the replica's thread and sums up, as one partition. */
  private static <T> Iterator<T> sum(
      Replica replica,
      Stream<DataSet> minibatches,
      Function<DataSet, T> measure,
      T none,
      BinaryOperator<T> plus) {
    return Stream.of(
            minibatches
                .map(minibatch -> replica.onOwnThread(() -> measure.apply(minibatch)))
                .reduce(none, plus))
        .iterator();
  }

  private static Stream<DataSet> stream(Iterator<DataSet> minibatches) {
    Iterable<DataSet> once = () -> minibatches;
    return StreamSupport.stream(once.spliterator(), false);
  }

  private record MeasureBatchNorm(
      ReplicaSetup setup, Broadcast<NetworkState> state, int minibatches)
      implements FlatMapFunction<Iterator<DataSet>, BatchNormMoments> {
    @Override
    public Iterator<BatchNormMoments> call(Iterator<DataSet> training) {
      Replica replica = Replica.of(setup);
      replica.adopt(state);
      return sum(
          replica,
          stream(training).limit(minibatches),
          minibatch -> BatchNormMoments.measure(replica.network(), minibatch.getFeatures()),
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
      replica.adopt(state);
      moments.applyTo(replica.network());
      return sum(
          replica,
          stream(test),
          minibatch ->
              Evaluation.evaluate(
                  replica.network(), minibatch.getFeatures(), minibatch.getLabels()),
          EvaluationMetrics.NONE,
          EvaluationMetrics::merge);
    }
  }
}
