package dev.sparkresnet.job.replica;

import dev.sparkresnet.job.device.JvmDevice;
import dev.sparkresnet.job.device.ReplicaDevice;
import dev.sparkresnet.job.monitoring.ReplicaFigures;
import dev.sparkresnet.job.state.FlatVector;
import dev.sparkresnet.job.state.NetworkState;
import dev.sparkresnet.model.BatchNormMoments;
import dev.sparkresnet.model.InferenceNetwork;
import dev.sparkresnet.model.TrainingStep;
import dev.sparkresnet.model.processor.ThreadLimit;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network of this executor. It outlives the Spark tasks, which come to train it, to measure
 * batch norm with it and to evaluate it.
 *
 * <p>All arithmetic runs on one thread of the replica's own: workspaces, the state of the encoding,
 * OpenMP's threads and the GPU all belong to the thread that first used them, and Spark gives no
 * promise which of its threads runs a task.
 */
public final class Replica {
  private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

  private static Replica current;

  private final ReplicaFigures figures = ReplicaFigures.ofThisJvm();
  private final ReplicaSetup setup;
  private final ReplicaDevice device;
  private final ReplicaThread thread = new ReplicaThread();
  private final ComputationGraph network;
  private final TrainingStep step;
  private Optional<AutoCloseable> attached = Optional.empty();
  private long shownState = -1;
  private InferenceNetwork inference;

  private Replica(ReplicaSetup setup, ReplicaDevice device) {
    this.setup = setup;
    this.device = device;
    this.network = onOwnThread(setup::newNetwork);
    this.step = onOwnThread(() -> new TrainingStep(network, setup.network(), setup.optimizer()));
    figures.replicaIsOn(onOwnThread(Nd4j.getAffinityManager()::getDeviceForCurrentThread));
  }

  /**
   * The replica of this executor for the given run, made when the run first comes here; on the
   * thread of a Spark task, which can then make arrays for the replica.
   */
  public static synchronized Replica of(ReplicaSetup setup) {
    ReplicaDevice device = setup.deviceOfThisExecutor();
    JvmDevice.bindThread();
    if (current != null && !current.setup.runId().equals(setup.runId())) {
      current.close();
      current = null;
    }
    if (current == null) {
      current = new Replica(setup, device);
    }
    return current;
  }

  /** Starts the work on the replica's thread. */
  public <T> Future<T> start(Callable<T> work) {
    return thread.start(work);
  }

  /** Runs the work on the replica's thread and waits for it. */
  public <T> T onOwnThread(Callable<T> work) {
    return thread.call(work);
  }

  /** Runs the work on the replica's thread and waits for it. */
  public void onOwnThread(Runnable work) {
    Object unused = thread.call(Executors.callable(work));
  }

  /** Keeps what belongs to it, in place of what was kept before, which is closed. */
  public synchronized void attach(AutoCloseable end) {
    detach();
    attached = Optional.of(end);
  }

  /** What was attached, if it is of that class. */
  public synchronized <T> Optional<T> attached(Class<T> type) {
    return attached.filter(type::isInstance).map(type::cast);
  }

  private void detach() {
    try {
      if (attached.isPresent()) {
        attached.get().close();
      }
    } catch (Exception e) {
      LOG.debug("not all was closed", e);
    }
  }

  /** Takes the driver's state before some steps. */
  public void start(Broadcast<NetworkState> state) {
    NetworkState start = state.value();
    onOwnThread(() -> start.copyInto(network));
  }

  /** Shows the driver's parameters until it trains again. */
  void show(Broadcast<NetworkState> state) {
    onOwnThread(
        () -> {
          state.value().parameters().copyInto(network.params());
          shownState = state.id();
        });
  }

  /**
   * The network for inference, with the driver's parameters and the given statistics.
   *
   * <p>On the replica's thread.
   */
  InferenceNetwork inference(Broadcast<NetworkState> state, BatchNormMoments moments) {
    if (shownState != state.id()) {
      // This executor may have come after the others were shown the state.
      state.value().parameters().copyInto(network.params());
      shownState = state.id();
    }
    moments.applyTo(network);
    if (inference == null) {
      inference = InferenceNetwork.of(network, setup.network());
    }
    inference.refresh();
    return inference;
  }

  /** What it computes on. */
  public ReplicaDevice device() {
    return device;
  }

  /** With how many threads it computes. */
  public int threads() {
    return ThreadLimit.highest();
  }

  /** Where it counts what it does, for those who watch. */
  public ReplicaFigures figures() {
    return figures;
  }

  ReplicaSetup setup() {
    return setup;
  }

  public ComputationGraph network() {
    return network;
  }

  public TrainingStep step() {
    return step;
  }

  public FlatVector parameters() {
    return onOwnThread(() -> FlatVector.copyOf(network.params()));
  }

  /** The state of the optimiser. */
  public FlatVector velocity() {
    return onOwnThread(() -> FlatVector.copyOf(step.velocity()));
  }

  /** Frees everything that it has; its arrays on its own thread, once that has ended its work. */
  private synchronized void close() {
    detach();
    thread.endWith(this::free);
  }

  private void free() {
    if (inference != null) {
      inference.close();
    }
    step.close();
    network.close();
    Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
  }
}
