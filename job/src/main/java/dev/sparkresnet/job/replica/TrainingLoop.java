package dev.sparkresnet.job.replica;

import dev.sparkresnet.job.failure.DivergedException;
import dev.sparkresnet.job.metrics.TrainingSums;
import dev.sparkresnet.job.network.LocalAddress;
import dev.sparkresnet.model.StepMetrics;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.nd4j.linalg.dataset.DataSet;

/**
 * The steps of one replica over the minibatches of a plan.
 *
 * <p>The Spark task's thread assembles minibatches ahead, the replica's thread trains on them.
 */
public final class TrainingLoop {
  private final Replica replica;
  private final EpochPlan plan;
  private final int number;
  private final Prefetch prefetch;
  private final UpdateExchange exchange;
  private final Consumer<StepReport> listener;
  private final ParameterFigures start;

  private StepTimes times = new StepTimes();
  private TrainingSums sums = TrainingSums.NONE;
  private int step;

  /**
   * A loop that has not started, on a replica that has its parameters.
   *
   * @param number of the replica, from 0
   * @param minibatches those of the plan
   * @param listener told of every step
   */
  public TrainingLoop(
      Replica replica,
      EpochPlan plan,
      int number,
      Iterator<DataSet> minibatches,
      UpdateExchange exchange,
      Consumer<StepReport> listener) {
    this.replica = replica;
    this.plan = plan;
    this.number = number;
    this.prefetch = new Prefetch(minibatches);
    this.exchange = exchange;
    this.listener = listener;
    this.start = ParameterFigures.of(replica.parameters());
    this.step = plan.firstStep();
  }

  /** The step that comes next, counted from 0 in the epoch. */
  public int step() {
    return step;
  }

  /**
   * Trains on to the end of the plan.
   *
   * @param stop whether to train no further, asked before every step on the replica's thread
   */
  public void train(BooleanSupplier stop) {
    train(() -> trainUntil(stop));
  }

  /**
   * Does what follows the last step.
   *
   * @param work on the replica's thread, which adds the time it takes
   */
  public void finish(Consumer<StepTimes> work) {
    replica.onOwnThread(
        () -> {
          StepTimes spent = new StepTimes();
          work.accept(spent);
          times = times.plus(spent);
          spent.addTo(replica.figures());
        });
  }

  private void train(Callable<Void> work) {
    Future<Void> training = replica.start(work);
    try {
      prefetch.feed(training);
    } catch (InterruptedException e) {
      training.cancel(true);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot finish the task: it was interrupted", e);
    } catch (RuntimeException e) {
      training.cancel(true);
      throw e;
    }
    ReplicaThread.finish(training);
  }

  private Void trainUntil(BooleanSupplier stop) throws InterruptedException {
    while (!stop.getAsBoolean()) {
      StepTimes spent = new StepTimes();
      boolean hasTrained = trainOnNext(spent);
      times = times.plus(spent);
      spent.addTo(replica.figures());
      if (!hasTrained) {
        return null;
      }
      replica.figures().minibatchDone();
      step++;
      listener.accept(new StepReport(replica.setup().runId(), number, plan.epoch(), step, sums));
    }
    return null;
  }

  /** The garbage collector sees only that they are small on the heap. */
  static void close(DataSet minibatch) {
    minibatch.getFeatures().close();
    minibatch.getLabels().close();
  }

  /** Returns whether there was another minibatch. */
  private boolean trainOnNext(StepTimes spent) throws InterruptedException {
    long begin = System.nanoTime();
    Optional<DataSet> minibatch = prefetch.take();
    spent.add(StepTimes.Part.INPUT, System.nanoTime() - begin);
    if (minibatch.isPresent()) {
      compute(minibatch.get(), spent);
      close(minibatch.get());
      exchange.exchange(step, spent);
    }
    return minibatch.isPresent();
  }

  private void compute(DataSet minibatch, StepTimes spent) {
    long begin = System.nanoTime();
    StepMetrics metrics =
        replica
            .step()
            .compute(
                minibatch.getFeatures(),
                minibatch.getLabels(),
                replica.setup().replicaLearningRate(plan, step));
    spent.add(StepTimes.Part.COMPUTE, System.nanoTime() - begin);
    if (!Double.isFinite(metrics.lossSum())) {
      throw new DivergedException(
          String.format(
              Locale.ROOT,
              "Cannot go on training: the loss of replica %d is %s at step %d of epoch %d",
              number,
              metrics.lossSum(),
              step + 1,
              plan.epoch()));
    }
    sums = sums.plus(metrics);
  }

  /**
   * What was done since the loop was made.
   *
   * @param address where this executor can be reached
   */
  public ReplicaReport report(String address, SharingReport sharing) {
    return new ReplicaReport(
        number,
        LocalAddress.executorId(),
        address,
        sums,
        step - plan.firstStep(),
        start.checksum(),
        ParameterFigures.of(replica.parameters()),
        times,
        sharing);
  }
}
