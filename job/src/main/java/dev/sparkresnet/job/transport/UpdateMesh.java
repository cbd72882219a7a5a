package dev.sparkresnet.job.transport;

import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.thread.DaemonThreads;
import io.reactivex.Flowable;
import io.reactivex.disposables.Disposable;
import java.io.Closeable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.parameterserver.distributed.conf.VoidConfiguration;
import org.nd4j.parameterserver.distributed.v2.ModelParameterServer;
import org.nd4j.parameterserver.distributed.v2.enums.MeshBuildMode;
import org.nd4j.parameterserver.distributed.v2.messages.INDArrayMessage;
import org.nd4j.parameterserver.distributed.v2.messages.RequestMessage;
import org.nd4j.parameterserver.distributed.v2.transport.UpdatesHandler;
import org.nd4j.parameterserver.distributed.v2.transport.impl.StaticPortSupplier;
import org.reactivestreams.Subscription;

/**
 * One participant's end of the mesh that carries encoded updates: every update sent by one replica
 * reaches all other replicas and the driver, exactly once, in no particular order.
 *
 * <p>The driver is the root and relays between the executors. DL4J's {@link ModelParameterServer}
 * and Aeron work underneath.
 */
public final class UpdateMesh implements Closeable {
  private static final int CHUNK_BYTES = 256 * 1024;

  /**
   * A connection takes six terms of shared memory, of which a container may have 64 MB, and one
   * thread is enough for a few messages a second. It looks for work every millisecond, since by
   * default it wakes up every microsecond while there is any, beside threads that compute. A
   * process that stands still for some seconds, collecting garbage or waiting for a core, is not
   * gone: Aeron would take its connection down and lose what was on the way.
   */
  private static final Map<String, String> AERON =
      Map.of(
          "aeron.term.buffer.length", String.valueOf(AeronMemory.TERM_BYTES),
          "aeron.threading.mode", "SHARED",
          "aeron.shared.idle.strategy", SleepingMillisIdleStrategy.class.getName(),
          "aeron.image.liveness.timeout", "60s",
          "aeron.publication.connection.timeout", "60s");

  private static final Duration ANSWER = Duration.ofSeconds(2);

  private final Endpoint own;
  private final Endpoint root;
  private final UpdateTransport transport;
  private final ModelParameterServer server;
  private final AtomicReference<Traffic> sent = new AtomicReference<>(Traffic.NONE);
  private final Map<String, Traffic> received = new ConcurrentHashMap<>();

  private UpdateMesh(
      Endpoint own,
      Endpoint root,
      int connections,
      int streamId,
      Duration timeout,
      Consumer<INDArray> onUpdate) {
    AERON.forEach(System.getProperties()::putIfAbsent);
    configurePackets(own);
    this.own = own;
    this.root = root;
    VoidConfiguration configuration =
        VoidConfiguration.builder()
            .streamId(streamId)
            .controllerAddress(root.address())
            .portSupplier(new StaticPortSupplier(root.port()))
            .meshBuildMode(MeshBuildMode.PLAIN)
            .maxChunkSize(CHUNK_BYTES)
            .build();
    this.transport = UpdateTransport.open(own, root, configuration, connections, timeout);
    this.server = new ModelParameterServer(configuration, transport, own.equals(root));
    this.server.addUpdatesSubscriber(new Ignored());
    Disposable unused =
        Flowable.fromPublisher(transport.incomingPublisher())
            .subscribe(message -> receive(message, onUpdate));
  }

  /** Sets how long the packets from an address of this host are, unless the user did. */
  static void configurePackets(Endpoint own) {
    System.getProperties().putIfAbsent("aeron.mtu.length", String.valueOf(AeronPacket.bytes(own)));
  }

  /** Counts an update once it is handed on. */
  private void receive(INDArrayMessage message, Consumer<INDArray> onUpdate) {
    Traffic traffic = Traffic.of(message.getPayload());
    onUpdate.accept(message.getPayload());
    String sender = message.getOriginatorId().substring(UpdateTransport.CHANNEL.length());
    received.merge(sender, traffic, Traffic::plus);
  }

  /**
   * Opens the driver's end.
   *
   * @param timeout how long a replica may take nothing that is sent to it
   * @param onUpdate called on a thread of the transport with every update that a replica sent
   * @throws UserErrorException if there is too little shared memory
   * @throws IllegalStateException if the port cannot be bound
   */
  public static UpdateMesh openRoot(
      Endpoint own, int replicas, int streamId, Duration timeout, Consumer<INDArray> onUpdate) {
    UpdateMesh mesh = new UpdateMesh(own, own, replicas, streamId, timeout, onUpdate);
    try {
      mesh.server.launch();
      return mesh;
    } catch (IllegalStateException e) {
      mesh.transport.close();
      throw e;
    }
  }

  /**
   * Opens a replica's end and introduces it to the driver.
   *
   * @param onUpdate called on a thread of the transport with every update of the other replicas
   * @param timeout how long the driver may be silent, here and later
   * @throws UserErrorException if there is too little shared memory
   * @throws IllegalStateException if the driver does not answer within the time
   */
  public static UpdateMesh join(
      Endpoint own, Endpoint root, int streamId, Duration timeout, Consumer<INDArray> onUpdate) {
    UpdateMesh mesh = new UpdateMesh(own, root, 1, streamId, timeout, onUpdate);
    try {
      mesh.launchWithin(timeout);
      return mesh;
    } catch (IllegalStateException e) {
      mesh.transport.close();
      throw e;
    }
  }

  /** DL4J waits for the driver's answer for ever, so the wait is bounded from outside. */
  private void launchWithin(Duration timeout) {
    FutureTask<Void> launch = new FutureTask<>(server::launch, null);
    Thread thread = new DaemonThreads("update-mesh-launch").newThread(launch);
    thread.start();
    try {
      launch.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      throw new IllegalStateException(whyUnreachable(timeout), e);
    } catch (ExecutionException e) {
      transport.requireHealthy();
      throw new IllegalStateException(
          String.format("Cannot open update mesh at udp %s: %s", own, e.getCause().getMessage()),
          e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot join update mesh: interrupted", e);
    }
  }

  /** An acknowledged request has made it to the driver, so what is missing is the answer. */
  private String whyUnreachable(Duration timeout) {
    if (transport.isDriverListening()) {
      return String.format(
          Locale.ROOT,
          "Cannot join update mesh: udp from the executor at %s reaches the driver at %s, but udp"
              + " from the driver does not reach the executor, for %d s; open the executor's ports",
          own,
          root,
          timeout.toSeconds());
    }
    return String.format(
        Locale.ROOT,
        "Cannot join update mesh: udp from the executor at %s does not reach the driver at %s, for"
            + " %d s; open the driver's ports",
        own,
        root,
        timeout.toSeconds());
  }

  /**
   * Sends an encoded update to all other participants. The array is not to be changed after.
   *
   * @throws IllegalStateException if nothing can be sent any more
   */
  public void send(INDArray encoded, int iteration, int epoch) {
    Traffic traffic = Traffic.of(encoded);
    try {
      server.sendUpdate(encoded, iteration, epoch);
    } catch (RuntimeException e) {
      transport.requireHealthy();
      throw e;
    }
    sent.accumulateAndGet(traffic, Traffic::plus);
  }

  /** Sends a message of a replica's own to the driver, without waiting for an answer. */
  public void tellDriver(RequestMessage message) {
    transport.sendMessage(message, transport.getRootId());
  }

  /** Sends a message of the driver's own to all replicas, without waiting for an answer. */
  public void tellReplicas(RequestMessage message) {
    transport.sendToPeers(message);
  }

  /** Calls the consumer for every message of that class that the other side tells this one. */
  public <T extends RequestMessage> void onMessage(Class<T> type, Consumer<T> consumer) {
    transport.addRequestConsumer(type, consumer::accept);
  }

  public Endpoint endpoint() {
    return own;
  }

  /** What was sent from here since the mesh was opened. */
  public Traffic sent() {
    return sent.get();
  }

  /** What arrived here from others since the mesh was opened, by the sender's address and port. */
  public Map<String, Traffic> received() {
    return new TreeMap<>(received);
  }

  private long receivedUpdates() {
    return received.values().stream().mapToLong(Traffic::updates).sum();
  }

  /**
   * Waits until as many updates have arrived since the mesh was opened.
   *
   * @throws IllegalStateException if they have not within the time
   */
  public void awaitReceived(long expected, Duration timeout) {
    if (!Polling.until(() -> hasReceived(expected), timeout, "close the epoch")) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Cannot close the epoch: %s received %d of %d updates within %d s; %s",
              own,
              receivedUpdates(),
              expected,
              timeout.toSeconds(),
              whoStillAnswers()));
    }
  }

  private String whoStillAnswers() {
    List<String> silent = transport.silentPeers(ANSWER);
    return silent.isEmpty()
        ? "its peers still answer over udp"
        : "no answer over udp from " + String.join(", ", silent);
  }

  private boolean hasReceived(long expected) {
    transport.requireHealthy();
    return receivedUpdates() >= expected;
  }

  @Override
  public void close() {
    server.shutdown();
  }

  /**
   * The parameter server hands updates on without their sender, so they are taken from under it;
   * but it piles them up if nobody asks for them.
   */
  private static final class Ignored implements UpdatesHandler {

    @Override
    public void onNext(INDArray update) {}

    @Override
    public void onSubscribe(Subscription subscription) {}

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onComplete() {}

    /** Asked for by executors that come back; here parameters travel through Spark instead. */
    @Override
    public INDArray getParametersArray() {
      return Nd4j.empty();
    }
  }
}
