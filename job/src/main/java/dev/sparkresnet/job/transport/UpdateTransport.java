package dev.sparkresnet.job.transport;

import dev.sparkresnet.job.thread.DaemonThreads;
import io.aeron.FragmentAssembler;
import io.aeron.Publication;
import io.aeron.exceptions.AeronException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
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
  /** What DL4J's name for a participant starts with; the endpoint follows. */
  static final String CHANNEL = "aeron:udp?endpoint=";

  /**
   * Updates come some times a second; DL4J looks for them every microsecond, which takes a tenth of
   * a core.
   */
  private static final long POLL_NANOS = 1_000_000;

  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final Endpoint own;
  private final Duration patience;
  private final AeronDirectory directory;
  private final PeerAnswers answers = new PeerAnswers();
  private final MemoryMessageSplitter chunks = new MemoryMessageSplitter();
  private final MeshFault fault;
  private volatile boolean open = true;

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
    this.fault = new MeshFault(own);
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
      throw new MeshFault(own).cannotOpen(e);
    }
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
      throw fault.keep(fault.cannotOpen(e));
    }
    messageHandler = new FragmentAssembler(this::jointMessageHandler);
    messagesExecutorService.execute(fault.guarded(this::receive, () -> open));
    messagesExecutorService.execute(fault.guarded(this::deliver, () -> open));
    messagesExecutorService.execute(fault.guarded(this::propagate, () -> open));
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
    drain(messageQueue, this::processMessage);
  }

  private void propagate() {
    drain(propagationQueue, this::redirectedPropagateArrayMessage);
  }

  private <T> void drain(BlockingQueue<T> queue, QueueWork<T> work) {
    try {
      work.untilInterrupted(queue);
    } catch (IOException e) {
      throw fault.keep(fault.cannotSend(e));
    }
  }

  @Override
  protected void propagateArrayMessage(INDArrayMessage message, PropagationMode mode) {
    fault.requireNone();
    try {
      if (!propagationQueue.offer(message, patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw unreachable(rootId, "the queue is full");
      }
    } catch (InterruptedException e) {
      throw fault.interrupted();
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
      throw fault.keep(fault.cannotOpen(e));
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
    fault.requireNone();
    addConnection(peer);
    Publication publication = remoteConnections.get(peer).getPublication();
    try {
      OptionalLong refused = new BoundedOffer(patience, POLL_NANOS).send(message, publication);
      if (refused.isPresent()) {
        throw unreachable(peer, Publication.errorString(refused.getAsLong()));
      }
    } catch (InterruptedException e) {
      throw fault.interrupted();
    }
  }

  private IllegalStateException unreachable(String peer, String reason) {
    String who = peer.equals(rootId) ? "the driver" : "the executor";
    return fault.keep(fault.unreachable(who, peer.substring(CHANNEL.length()), patience, reason));
  }

  /** Repeats the error that some thread of the transport ran into. */
  void requireHealthy() {
    fault.requireNone();
  }

  /** Whether the driver has acknowledged what was sent to it of late. */
  boolean isDriverListening() {
    RemoteConnection connection = remoteConnections.get(rootId);
    return connection != null && connection.getPublication().isConnected();
  }

  /** The endpoints of the peers that do not answer a question within the time. */
  List<String> silentPeers(Duration wait) {
    return answers.missing(remoteConnections.keySet(), this::ask, wait).stream()
        .map(peer -> peer.substring(CHANNEL.length()))
        .toList();
  }

  /** Once, whether it can be sent or not. */
  private void ask(String peer) {
    PingMessage question = new PingMessage();
    identify(question);
    long unused = remoteConnections.get(peer).getPublication().offer(question.asUnsafeBuffer());
  }

  @Override
  protected void internalProcessMessage(VoidMessage message) {
    if (message instanceof HandshakeRequest) {
      answerOnItsOwnThread(message);
      return;
    }
    if (message instanceof PongMessage) {
      answers.heard(message.getOriginatorId());
    }
    super.internalProcessMessage(message);
  }

  /** An executor that cannot be reached is not to hold up the others. */
  private void answerOnItsOwnThread(VoidMessage request) {
    new DaemonThreads("update-mesh-answer")
        .newThread(fault.guarded(() -> super.internalProcessMessage(request), () -> open))
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
    DaemonThreads.end(messagesExecutorService, CLOSE);
    DaemonThreads.end(executorService, CLOSE);
    aeron.close();
    driver.close();
    directory.close();
  }

  @Override
  public void close() {
    shutdown();
  }
}
