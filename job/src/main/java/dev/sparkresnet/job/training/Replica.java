package dev.sparkresnet.job.training;

import dev.sparkresnet.job.cluster.Endpoint;
import dev.sparkresnet.job.cluster.LocalAddress;
import dev.sparkresnet.job.cluster.UdpPorts;
import dev.sparkresnet.job.cluster.UpdateMesh;
import dev.sparkresnet.model.TrainingStep;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The network of this executor. It outlives the Spark tasks, which come to train it, to measure
 * batch norm with it and to evaluate it.
 *
 * <p>All arithmetic runs on one thread of the replica's own: workspaces, the state of the encoding
 * and OpenMP's threads all belong to the thread that first used them, and Spark gives no promise
 * which of its threads runs a task.
 */
final class Replica {
  private static Replica current;

  private final ReplicaSetup setup;
  private final ExecutorService thread;
  private final ComputationGraph network;
  private final TrainingStep step;
  private final Queue<INDArray> arrivedUpdates = new ConcurrentLinkedQueue<>();
  private UpdateMesh mesh;

  private Replica(ReplicaSetup setup) {
    this.setup = setup;
    this.thread = Executors.newSingleThreadExecutor(Replica::newThread);
    this.network = onOwnThread(setup::newNetwork);
    this.step = new TrainingStep(network, setup.optimizer());
  }

  private static Thread newThread(Runnable work) {
    Thread thread = new Thread(work, "replica");
    thread.setDaemon(true);
    return thread;
  }

  /** The replica of this executor for the given run, made when the run first comes here. */
  static synchronized Replica of(ReplicaSetup setup) {
    if (current != null && !current.setup.runId().equals(setup.runId())) {
      current.close();
      current = null;
    }
    if (current == null) {
      current = new Replica(setup);
    }
    return current;
  }

  /** Starts the work on the replica's thread. */
  <T> Future<T> start(Callable<T> work) {
    return thread.submit(work);
  }

  /** Runs the work on the replica's thread and waits for it. */
  <T> T onOwnThread(Callable<T> work) {
    return finish(start(work));
  }

  /** Waits for the work, and gives it up when Spark kills the task that waits. */
  static <T> T finish(Future<T> work) {
    try {
      return work.get();
    } catch (ExecutionException e) {
      throw asUnchecked(e.getCause());
    } catch (CancellationException | InterruptedException e) {
      work.cancel(true);
      throw new IllegalStateException("Cannot finish the task: it was cancelled", e);
    }
  }

  private static RuntimeException asUnchecked(Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      return unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new IllegalStateException(cause);
  }

  /** This executor's end of the update mesh, opened when first asked for. */
  synchronized UpdateMesh mesh() {
    if (mesh == null) {
      Endpoint own =
          UdpPorts.freeEndpoint(
              LocalAddress.towards(setup.driver(), setup.sharing().networkMask()),
              setup.sharing().portRange());
      mesh =
          UpdateMesh.join(
              own,
              setup.driver(),
              setup.streamId(),
              setup.sharing().timeout(),
              arrivedUpdates::add);
    }
    return mesh;
  }

  /** Takes over the driver's state; all executors then hold the same network. */
  void adopt(Broadcast<NetworkState> state) {
    onOwnThread(
        () -> {
          state.value().copyInto(network);
          return null;
        });
  }

  ReplicaSetup setup() {
    return setup;
  }

  ComputationGraph network() {
    return network;
  }

  TrainingStep step() {
    return step;
  }

  /** Applies the updates of the other replicas that have arrived. */
  void applyArrivedUpdates() {
    for (INDArray update = arrivedUpdates.poll(); update != null; update = arrivedUpdates.poll()) {
      UpdateEncoder.apply(update, network.params());
      update.close();
    }
  }

  private void close() {
    thread.shutdownNow();
    if (mesh != null) {
      mesh.close();
    }
  }
}
