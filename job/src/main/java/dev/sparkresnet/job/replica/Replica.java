package dev.sparkresnet.job.replica;

import dev.sparkresnet.job.device.JvmDevice;
import dev.sparkresnet.job.device.ReplicaDevice;
import dev.sparkresnet.job.encoding.UpdateEncoder;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.monitoring.ReplicaFigures;
import dev.sparkresnet.job.state.FlatVector;
import dev.sparkresnet.job.state.NetworkState;
import dev.sparkresnet.job.transport.Endpoint;
import dev.sparkresnet.job.transport.LocalAddress;
import dev.sparkresnet.job.transport.StopTraining;
import dev.sparkresnet.job.transport.Traffic;
import dev.sparkresnet.job.transport.UdpPorts;
import dev.sparkresnet.job.transport.UpdateMesh;
import dev.sparkresnet.model.BatchNormMoments;
import dev.sparkresnet.model.InferenceNetwork;
import dev.sparkresnet.model.TrainingStep;
import dev.sparkresnet.model.optimizer.ParameterRange;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The network of this executor. It outlives the Spark tasks, which come to train it, to measure
 * batch norm with it and to evaluate it.
 *
 * <p>All arithmetic runs on one thread of the replica's own: workspaces, the state of the encoding,
 * OpenMP's threads and the GPU all belong to the thread that first used them, and Spark gives no
 * promise which of its threads runs a task.
 */
public final class Replica {
  private static Replica current;

  private final ReplicaFigures figures = ReplicaFigures.ofThisJvm();
  private final ReplicaSetup setup;
  private final ReplicaDevice device;
  private final ReplicaThread thread = new ReplicaThread();
  private final ComputationGraph network;
  private final TrainingStep step;
  private final Queue<INDArray> arrivedUpdates = new ConcurrentLinkedQueue<>();
  private UpdateMesh mesh;
  private UpdateEncoder encoder;
  private double threshold;
  private FlatVector ownParameters;
  private int stepsDone;
  private volatile boolean askedToStop;
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

  /** This executor's end of the update mesh, opened when first asked for. */
  public synchronized UpdateMesh mesh() {
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
      mesh.onMessage(StopTraining.class, message -> askedToStop = true);
    }
    return mesh;
  }

  /**
   * This executor's end of the update mesh, which it opened when the replicas came together.
   *
   * @throws UserErrorException if it was not among them
   */
  public synchronized UpdateMesh joinedMesh() {
    if (mesh == null) {
      throw new UserErrorException(
          String.format(
              Locale.ROOT,
              "Cannot train: a replica was moved to executor %s, which did not join the %d others:"
                  + " the application has more executors than replicas; give it exactly %d",
              LocalAddress.executorId(),
              setup.replicas(),
              setup.replicas()));
    }
    return mesh;
  }

  /** Takes its place before some steps. */
  public void start(EpochPlan plan, Broadcast<NetworkState> state) {
    switch (plan.start()) {
      case DRIVER -> adopt(state.value());
      case OWN -> {
        // A replica that has not done the steps before has nothing of its own to go on from.
        if (stepsDone == plan.iteration(plan.firstStep())) {
          putBackOwnParameters();
        } else {
          adopt(state.value());
        }
      }
    }
    ownParameters = null;
  }

  /** Takes note of how far it has trained, in steps of the whole run. */
  void trainedUpTo(int iteration) {
    stepsDone = iteration;
  }

  /** Whether the driver asked it to train no further. */
  public boolean isAskedToStop() {
    return askedToStop;
  }

  private void adopt(NetworkState state) {
    onOwnThread(
        () -> {
          state.copyInto(network);
          encoder = null;
          threshold = state.threshold();
        });
  }

  private void putBackOwnParameters() {
    if (ownParameters != null) {
      onOwnThread(() -> ownParameters.copyInto(network.params()));
    }
  }

  /**
   * Shows the driver's parameters instead of its own until it trains again.
   *
   * @return how far its own are from them; not at all if it has not trained
   */
  Drift show(Broadcast<NetworkState> state) {
    return onOwnThread(
        () -> {
          FlatVector shown = state.value().parameters();
          ownParameters = stepsDone == 0 ? shown : FlatVector.copyOf(network.params());
          shown.copyInto(network.params());
          shownState = state.id();
          return Drift.between(ownParameters, shown, ParameterRange.of(network));
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

  /** The encoder, as old as the state that the replica started from; on the replica's thread. */
  public UpdateEncoder encoder() {
    if (encoder == null) {
      encoder = new UpdateEncoder(setup.sharing(), threshold, network.params().length());
    }
    return encoder;
  }

  /** The threshold that the encoding has come to. */
  public double threshold() {
    return onOwnThread(() -> encoder().threshold());
  }

  /**
   * What the replica had before it was shown the driver's parameters, and goes on from if it starts
   * from its own; null while it shows its own.
   */
  public FlatVector ownParameters() {
    return ownParameters;
  }

  public FlatVector parameters() {
    return onOwnThread(() -> FlatVector.copyOf(network.params()));
  }

  /** The state of the optimiser. */
  public FlatVector velocity() {
    return onOwnThread(() -> FlatVector.copyOf(step.velocity()));
  }

  /** Applies the updates of the other replicas that have arrived; on the replica's thread. */
  public void applyArrivedUpdates() {
    for (INDArray update = arrivedUpdates.poll(); update != null; update = arrivedUpdates.poll()) {
      figures.received(Traffic.of(update).bytes());
      UpdateEncoder.apply(update, network.params());
      update.close();
    }
  }

  /** Frees everything that it has; its arrays on its own thread, once that has ended its work. */
  private void close() {
    if (mesh != null) {
      mesh.close();
    }
    thread.endWith(this::free);
  }

  private void free() {
    arrivedUpdates.forEach(INDArray::close);
    arrivedUpdates.clear();
    if (inference != null) {
      inference.close();
    }
    step.close();
    network.close();
    Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
  }
}
