package dev.sparkresnet.job.training;

import dev.sparkresnet.job.cluster.LocalAddress;
import dev.sparkresnet.job.cluster.UpdateMesh;
import dev.sparkresnet.model.StepMetrics;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * One replica's part of one epoch: the gradient-sharing loop.
 *
 * <p>The Spark task's thread assembles minibatches ahead, the replica's thread trains on them. All
 * replicas start together from the same state and finish together: nobody leaves before every
 * update that was sent has arrived everywhere.
 */
final class ReplicaEpoch {
  private final Replica replica;
  private final EpochPlan plan;
  private final Broadcast<NetworkState> state;
  private final BarrierTaskContext task;
  private final int number;
  private final UpdateMesh mesh;
  private final long sentBefore;
  private final long receivedBefore;

  private TrainingSums sums = TrainingSums.NONE;
  private StepTimes times = StepTimes.NONE;

  ReplicaEpoch(
      Replica replica, EpochPlan plan, Broadcast<NetworkState> state, BarrierTaskContext task) {
    this.replica = replica;
    this.plan = plan;
    this.state = state;
    this.task = task;
    this.number = task.partitionId();
    this.mesh = replica.mesh();
    this.sentBefore = mesh.sentUpdates();
    this.receivedBefore = mesh.receivedUpdates();
  }

  EpochOutcome train(Iterator<DataSet> minibatches) {
    awaitPeers();
    replica.adopt(state);
    UpdateEncoder encoder = replica.onOwnThread(this::newEncoder);
    int steps = trainOn(minibatches, encoder);
    awaitUpdatesOfPeers();
    return replica.onOwnThread(() -> outcome(encoder, steps));
  }

  private int trainOn(Iterator<DataSet> minibatches, UpdateEncoder encoder) {
    Prefetch prefetch = new Prefetch();
    Future<Integer> training = replica.start(() -> trainOn(prefetch, encoder));
    try {
      prefetch.feed(minibatches, training);
    } catch (InterruptedException | RuntimeException e) {
      training.cancel(true);
      throw e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
    }
    return Replica.finish(training);
  }

  /** Two replicas in one JVM would share one network, one transport and its statics. */
  private void awaitPeers() {
    String executor = LocalAddress.executorId();
    List<String> executors = Arrays.asList(task.allGather(executor));
    if (executors.stream().distinct().count() < executors.size()) {
      throw new IllegalStateException(
          "Cannot train: two replicas run in one executor, executors are "
              + executors
              + "; set spark.task.cpus to spark.executor.cores");
    }
  }

  private UpdateEncoder newEncoder() {
    return new UpdateEncoder(
        replica.setup().sharing(), state.value().threshold(), replica.network().params().length());
  }

  /** Trains until the minibatches end and returns how many there were. */
  private int trainOn(Prefetch prefetch, UpdateEncoder encoder) throws InterruptedException {
    for (int step = 0; ; step++) {
      long begin = System.nanoTime();
      Optional<DataSet> minibatch = prefetch.take();
      if (minibatch.isEmpty()) {
        return step;
      }
      long loaded = System.nanoTime();
      compute(minibatch.get(), step);
      long computed = System.nanoTime();
      share(encoder, step);
      times = times.plus(loaded - begin, computed - loaded, System.nanoTime() - computed);
      mesh.tellDriver(new StepReport(number, plan.epoch(), step + 1, sums));
    }
  }

  private void compute(DataSet minibatch, int step) {
    ReplicaSetup setup = replica.setup();
    StepMetrics metrics =
        replica
            .step()
            .compute(
                minibatch.getFeatures(),
                minibatch.getLabels(),
                plan.replicaLearningRate(setup.optimizer(), step, setup.replicas()));
    if (!Double.isFinite(metrics.lossSum())) {
      throw new IllegalStateException(
          String.format(
              "Cannot go on training: the loss of replica %d is %s at step %d of epoch %d",
              number, metrics.lossSum(), step + 1, plan.epoch()));
    }
    sums = sums.plus(metrics);
  }

  private void share(UpdateEncoder encoder, int step) {
    INDArray parameters = replica.network().params();
    encoder
        .encode(replica.step().update(), plan.iteration(step), plan.epoch())
        .ifPresent(
            message -> {
              mesh.send(message, plan.iteration(step), plan.epoch());
              UpdateEncoder.apply(message, parameters);
            });
    replica.applyArrivedUpdates();
  }

  private void awaitUpdatesOfPeers() {
    String[] sentTotals = task.allGather(String.valueOf(mesh.sentUpdates()));
    long sentByPeers =
        Arrays.stream(sentTotals).mapToLong(Long::parseLong).sum() - mesh.sentUpdates();
    mesh.awaitReceived(sentByPeers, replica.setup().sharing().timeout());
  }

  private EpochOutcome outcome(UpdateEncoder encoder, int steps) {
    replica.applyArrivedUpdates();
    ReplicaReport report =
        new ReplicaReport(
            number,
            LocalAddress.executorId(),
            mesh.endpoint(),
            sums,
            steps,
            mesh.sentUpdates() - sentBefore,
            mesh.receivedUpdates() - receivedBefore,
            mesh.sentUpdates(),
            encoder.threshold(),
            times);
    return new EpochOutcome(List.of(report), FlatVector.copyOf(replica.step().velocity()));
  }
}
