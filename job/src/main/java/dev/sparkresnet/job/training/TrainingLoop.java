package dev.sparkresnet.job.training;

import dev.sparkresnet.job.cluster.LocalAddress;
import dev.sparkresnet.job.failure.DivergedException;
import dev.sparkresnet.job.metrics.TrainingSums;
import dev.sparkresnet.model.StepMetrics;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.nd4j.linalg.dataset.DataSet;

/**
 * The steps of one replica over some minibatches of an epoch.
 *
 * <p>The Spark task's thread assembles minibatches ahead, the replica's thread trains on them.
 */
final class TrainingLoop {
  private final Replica replica;
  private final EpochPlan plan;
  private final int number;
  private final UpdateExchange exchange;
  private final Consumer<StepReport> listener;
  private final StepTimes times = new StepTimes();
  private final ParameterFigures start;

  private TrainingSums sums = TrainingSums.NONE;
  private int stepsDone;

  /**
   * A loop that has not started, on a replica that has its parameters.
   *
   * @param number of the replica, from 0
   * @param listener told of every step
   */
  TrainingLoop(
      Replica replica,
      EpochPlan plan,
      int number,
      UpdateExchange exchange,
      Consumer<StepReport> listener) {
    this.replica = replica;
    this.plan = plan;
    this.number = number;
    this.exchange = exchange;
    this.listener = listener;
    this.start = ParameterFigures.of(replica.parameters());
  }

  /**
   * Trains on all of the minibatches.
   *
   * @param firstStep of the epoch, counted from 0
   */
  void train(Iterator<DataSet> minibatches, int firstStep) {
    Prefetch prefetch = new Prefetch();
    Future<Void> training = replica.start(() -> train(prefetch, firstStep));
    try {
      prefetch.feed(minibatches, training);
    } catch (InterruptedException | RuntimeException e) {
      training.cancel(true);
      throw e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
    }
    Replica.finish(training);
  }

  private Void train(Prefetch prefetch, int firstStep) throws InterruptedException {
    while (true) {
      long begin = System.nanoTime();
      Optional<DataSet> minibatch = prefetch.take();
      times.add(StepTimes.Part.INPUT, System.nanoTime() - begin);
      if (minibatch.isEmpty()) {
        return null;
      }
      int step = firstStep + stepsDone;
      compute(minibatch.get(), step);
      exchange.exchange(step, times);
      stepsDone++;
      listener.accept(new StepReport(number, plan.epoch(), step + 1, sums));
    }
  }

  private void compute(DataSet minibatch, int step) {
    long begin = System.nanoTime();
    StepMetrics metrics =
        replica
            .step()
            .compute(
                minibatch.getFeatures(),
                minibatch.getLabels(),
                replica.setup().replicaLearningRate(plan, step));
    times.add(StepTimes.Part.COMPUTE, System.nanoTime() - begin);
    if (!Double.isFinite(metrics.lossSum())) {
      throw new DivergedException(
          String.format(
              "Cannot go on training: the loss of replica %d is %s at step %d of epoch %d",
              number, metrics.lossSum(), step + 1, plan.epoch()));
    }
    sums = sums.plus(metrics);
  }

  /**
   * What was done since the loop was made.
   *
   * @param address where this executor can be reached
   */
  ReplicaReport report(String address, SharingReport sharing) {
    return new ReplicaReport(
        number,
        LocalAddress.executorId(),
        address,
        sums,
        stepsDone,
        start.checksum(),
        ParameterFigures.of(replica.parameters()),
        times,
        sharing);
  }
}
