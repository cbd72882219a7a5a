package dev.sparkresnet.job.transport;

import dev.sparkresnet.job.device.JvmDevice;
import dev.sparkresnet.job.thread.DaemonThreads;
import io.aeron.FragmentAssembler;
import io.aeron.Publication;
import io.aeron.exceptions.AeronException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.nd4j.parameterserver.distributed.conf.VoidConfiguration;
import org.nd4j.parameterserver.distributed.v2.enums.PropagationMode;
import org.nd4j.parameterserver.distributed.v2.messages.BroadcastableMessage;
import org.nd4j.parameterserver.distributed.v2.messages.INDArrayMessage;
import org.nd4j.parameterserver.distributed.v2.messages.RequestMessage;
import org.nd4j.parameterserver.distributed.v2.messages.ResponseMessage;
import org.nd4j.parameterserver.distributed.v2.messages.VoidMessage;
import org.nd4j.parameterserver.distributed.v2.messages.pairs.handshake.HandshakeRequest;
import org.nd4j.parameterserver.distributed.v2.messages.pairs.ping.PingMessage;
import org.nd4j.parameterserver.distributed.v2.messages.pairs.ping.PongMessage;
import org.nd4j.parameterserver.distributed.v2.transport.impl.AeronUdpTransport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DL4J's UDP transport for a mesh in which the driver has a connection to every executor and an
 * executor one to the driver.
 *
 * <p>DL4J's own connects every executor to every other, waits for ever for a peer that takes
 * nothing any more, drops a message when a connection was closed, and lets one peer that cannot be
 * reached hold up the others. Here a send takes a bounded time, and what could not be sent is an
 * error that every later call repeats.
 */
final class UpdateTransport extends AeronUdpTransport {
  private static final Logger LOG = LoggerFactory.getLogger(UpdateTransport.class);

  /** What DL4J's name for a participant starts with; the endpoint follows. */
  static final String CHANNEL = "aeron:udp?endpoint=";

  /**
   * Updates come some times a second; DL4J looks for them every microsecond, which takes a tenth of
   * a core.
   */
  private static final long POLL_NANOS = 1_000_000;

  private static final int CLOSE_SECONDS = 2;

  private final Endpoint own;
  private final Duration patience;
  private final AeronDirectory directory;
  private final Set<String> answered = ConcurrentHashMap.newKeySet();
  private final MemoryMessageSplitter chunks = new MemoryMessageSplitter();
  private volatile boolean open = true;
  private volatile RuntimeException failure;

  private UpdateTransport(
      Endpoint own,
      Endpoint root,
      VoidConfiguration configuration,
      Duration patience,
      AeronDirectory directory) {
    super(own.host(), own.port(), root.host(), root.port(), configuration);
    this.own = own;
    this.patience = patience;
    this.directory = directory;
    this.splitter = chunks;
  }

  /**
   * Starts Aeron, but does not communicate yet.
   *
   * @param connections how many peers there will be
   * @param patience how long a peer may take nothing that is sent to it
   */
  static UpdateTransport open(
      Endpoint own,
      Endpoint root,
      VoidConfiguration configuration,
      int connections,
      Duration patience) {
    AeronDirectory directory = AeronDirectory.claim(AeronMemory.bytes(connections));
    try {
      return directory.during(
          () -> new UpdateTransport(own, root, configuration, patience, directory));
    } catch (RuntimeException e) {
      directory.close();
      throw cannotOpen(own, e);
    }
  }

  private static IllegalStateException cannotOpen(Endpoint own, RuntimeException cause) {
    return new IllegalStateException(
        String.format("Cannot open update mesh at udp %s: %s", own, cause.getMessage()), cause);
  }

  @Override
  public synchronized void launch() {
    super.launch();
    if (!masterMode) {
      numerOfNodes.set((int) mesh.get().totalNodes());
    }
  }

  @Override
  protected void createSubscription() {
    try {
      ownSubscription =
          UdpPorts.handOver(
              own, () -> aeron.addSubscription(id(), voidConfiguration.getStreamId()));
    } catch (AeronException e) {
      throw fail(cannotOpen(own, e));
    }
    messageHandler = new FragmentAssembler(this::jointMessageHandler);
    messagesExecutorService.execute(guarded(this::receive));
    messagesExecutorService.execute(guarded(this::deliver));
    messagesExecutorService.execute(guarded(this::propagate));
  }

  /** What stops a thread of the mesh is an error of the mesh. Some of them make arrays. */
  private Runnable guarded(Runnable work) {
    return () -> {
      try {
        JvmDevice.bindThread();
        work.run();
      } catch (RuntimeException e) {
        if (open) {
          LOG.error("{}", fail(e).getMessage());
        }
      } catch (Error e) {
        fail(new IllegalStateException(String.format("Cannot go on with %s: %s", own, e), e));
        throw e;
      }
    };
  }

  private void receive() {
    IdleStrategy idle = new SleepingIdleStrategy(POLL_NANOS);
    while (open) {
      idle.idle(ownSubscription.poll(messageHandler, Integer.MAX_VALUE));
    }
  }

  /**
   * The queue between receiving and processing has no bound, or two ends could wait in a circle.
   */
  private void deliver() {
    try {
      while (open) {
        processMessage(messageQueue.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void propagate() {
    try {
      while (open) {
        redirectedPropagateArrayMessage(propagationQueue.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw fail(new IllegalStateException("Cannot send an update from " + own, e));
    }
  }

  @Override
  protected void propagateArrayMessage(INDArrayMessage message, PropagationMode mode) {
    requireHealthy();
    try {
      if (!propagationQueue.offer(message, patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw fail(unreachable(rootId, "the queue is full"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot send an update from " + own + ": interrupted", e);
    }
  }

  /** Does not wait for the peer, since the thread that receives from all others comes by here. */
  @Override
  protected void addConnection(String peer) {
    remoteConnections.computeIfAbsent(peer, this::connect);
  }

  private RemoteConnection connect(String peer) {
    try {
      return RemoteConnection.builder()
          .ip(peer)
          .publication(aeron.addPublication(peer, voidConfiguration.getStreamId()))
          .build();
    } catch (AeronException e) {
      throw fail(cannotOpen(own, e));
    }
  }

  @Override
  public void sendMessage(VoidMessage message, String peer) {
    identify(message);
    if (message.getOriginatorId().equals(peer)) {
      processMessage(message);
    } else if (message instanceof INDArrayMessage array) {
      chunks
          .split(array, voidConfiguration.getMaxChunkSize())
          .forEach(chunk -> sendMessage(chunk, peer));
    } else {
      offer(message.asUnsafeBuffer(), peer);
    }
  }

  /** Sends a message to everybody that this end has a connection to. */
  void sendToPeers(VoidMessage message) {
    remoteConnections.keySet().forEach(peer -> sendMessage(message, peer));
  }

  private void identify(VoidMessage message) {
    if (message.getOriginatorId() == null) {
      message.setOriginatorId(id());
    }
    if (message instanceof RequestMessage request && request.getRequestId() == null) {
      request.setRequestId(UUID.randomUUID().toString());
    }
  }

  private void offer(DirectBuffer message, String peer) {
    requireHealthy();
    addConnection(peer);
    Publication publication = remoteConnections.get(peer).getPublication();
    long deadline = System.nanoTime() + patience.toNanos();
    long position = publication.offer(message);
    while (position < 0) {
      if (System.nanoTime() > deadline || publication.isClosed()) {
        throw fail(unreachable(peer, Publication.errorString(position)));
      }
      if (Thread.interrupted()) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Cannot send from " + own + ": interrupted");
      }
      LockSupport.parkNanos(POLL_NANOS);
      position = publication.offer(message);
    }
  }

  private IllegalStateException unreachable(String peer, String reason) {
    return new IllegalStateException(
        String.format(
            "Cannot send from %s to %s at udp %s: nothing was acknowledged for %d s",
            own,
            peer.equals(rootId) ? "the driver" : "the executor",
            peer.substring(CHANNEL.length()),
            patience.toSeconds()),
        new AeronException(reason));
  }

  private RuntimeException fail(RuntimeException cause) {
    if (failure == null) {
      failure = cause;
    }
    return cause;
  }

  /** Repeats the error that some thread of the transport ran into. */
  void requireHealthy() {
    if (failure != null) {
      throw new IllegalStateException(failure.getMessage(), failure);
    }
  }

  /** Whether the driver has acknowledged what was sent to it of late. */
  boolean isDriverListening() {
    RemoteConnection connection = remoteConnections.get(rootId);
    return connection != null && connection.getPublication().isConnected();
  }

  /** The endpoints of the peers that do not answer a question within the time. */
  List<String> silentPeers(Duration wait) {
    answered.clear();
    remoteConnections.forEach(this::ask);
    Set<String> asked = remoteConnections.keySet();
    boolean unused =
        Polling.until(() -> answered.containsAll(asked), wait, "find out who still answers");
    return asked.stream()
        .filter(peer -> !answered.contains(peer))
        .map(peer -> peer.substring(CHANNEL.length()))
        .sorted()
        .toList();
  }

  /** Once, whether it can be sent or not. */
  private void ask(String peer, RemoteConnection connection) {
    PingMessage question = new PingMessage();
    identify(question);
    long unused = connection.getPublication().offer(question.asUnsafeBuffer());
  }

  @Override
  protected void internalProcessMessage(VoidMessage message) {
    if (message instanceof HandshakeRequest) {
      answerOnItsOwnThread(message);
      return;
    }
    if (message instanceof PongMessage) {
      answered.add(message.getOriginatorId());
    }
    super.internalProcessMessage(message);
  }

  /** An executor that cannot be reached is not to hold up the others. */
  private void answerOnItsOwnThread(VoidMessage request) {
    new DaemonThreads("update-mesh-answer")
        .newThread(guarded(() -> super.internalProcessMessage(request)))
        .start();
  }

  /** DL4J tells all executors of every new one; here an executor needs to know the driver only. */
  @Override
  public void propagateMessageDirect(BroadcastableMessage message) {}

  /**
   * Answers pings on behalf of the other side.
   *
   * <p>The heartbeat of DL4J gives a node 100 ms to answer and then drops it from the mesh, without
   * a word to anybody. A node in the middle of a minibatch may well need longer; Spark already
   * notices executors that are gone.
   */
  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the signature of DL4J
  public <T extends ResponseMessage> T sendMessageBlocking(
      RequestMessage message, String id, long wait, TimeUnit unit) throws InterruptedException {
    if (message instanceof PingMessage) {
      return (T) new PongMessage();
    }
    return super.sendMessageBlocking(message, id, wait, unit);
  }

  /** The threads end before the memory that they work on goes. */
  @Override
  protected void shutdownSilent() {
    open = false;
    messagesExecutorService.shutdownNow();
    executorService.shutdownNow();
    awaitEnd(messagesExecutorService);
    awaitEnd(executorService);
    aeron.close();
    driver.close();
    directory.close();
  }

  private static void awaitEnd(ExecutorService threads) {
    try {
      threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    shutdown();
  }
}
