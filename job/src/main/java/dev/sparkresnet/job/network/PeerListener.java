package dev.sparkresnet.job.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.server.TransportServerBootstrap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a participant serves: a hello on each connection that Spark has authenticated, and one-way
 * messages after it. Nothing else is answered.
 */
final class PeerListener extends RpcHandler implements TransportServerBootstrap {
  private static final Logger LOG = LoggerFactory.getLogger(PeerListener.class);
  private static final String GUARD = "handshake-guard";
  private static final ByteBuffer WELCOME = ByteBuffer.allocate(0).asReadOnlyBuffer();

  /** Connections that have not said hello, besides one of each participant. */
  private static final int STRANGERS = 64;

  private final int self;
  private final int participants;
  private final PeerNetwork.Receiver receiver;
  private final AtomicInteger strangers = new AtomicInteger();
  private final Set<Integer> connected = ConcurrentHashMap.newKeySet();
  private final Map<Channel, Integer> senders = new ConcurrentHashMap<>();
  private volatile boolean closed;

  PeerListener(int self, int participants, PeerNetwork.Receiver receiver) {
    this.self = self;
    this.participants = participants;
    this.receiver = receiver;
  }

  /** Called by Spark for each connection that comes in, before it reads anything. */
  @Override
  public RpcHandler doBootstrap(Channel channel, RpcHandler handler) {
    if (strangers.incrementAndGet() > STRANGERS + participants) {
      strangers.decrementAndGet();
      LOG.debug("connection of {} refused: too many strangers", channel.remoteAddress());
      var unused = channel.close();
      return handler;
    }
    channel.pipeline().addFirst(GUARD, new HandshakeGuard(strangers::decrementAndGet));
    return handler;
  }

  @Override
  public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback answer) {
    Channel channel = client.getChannel();
    try {
      Hello hello = Hello.read(message, self, participants);
      if (!connected.add(hello.sender())) {
        throw new Refusal("participant " + hello.sender() + " is connected already");
      }
      senders.put(channel, hello.sender());
      ChannelHandler unused = channel.pipeline().remove(GUARD);
      answer.onSuccess(WELCOME.duplicate());
    } catch (Refusal e) {
      LOG.warn("connection of {} refused: {}", channel.remoteAddress(), e.getMessage());
      answer.onSuccess(UTF_8.encode(e.getMessage()));
    }
  }

  @Override
  public void receive(TransportClient client, ByteBuffer message) {
    Integer sender = senders.get(client.getChannel());
    if (sender == null) {
      LOG.debug("connection of {} closed: no hello", client.getSocketAddress());
      client.close();
      return;
    }
    try {
      receiver.received(sender, message);
    } catch (RuntimeException e) {
      // Spark would log it and go on.
      LOG.warn("connection of participant {} closed: {}", sender, e.getMessage());
      client.close();
    }
  }

  @Override
  public void channelInactive(TransportClient client) {
    Integer sender = senders.get(client.getChannel());
    if (sender != null && !closed) {
      receiver.lost(sender, "its connection from " + client.getSocketAddress() + " has ended");
    }
  }

  @Override
  public void exceptionCaught(Throwable cause, TransportClient client) {
    LOG.debug("connection of {}", client.getSocketAddress(), cause);
  }

  /** Spark asks for it whether or not a connection is authenticated. */
  @Override
  public StreamManager getStreamManager() {
    return new NoStreams();
  }

  private static final class NoStreams extends StreamManager {
    @Override
    public ManagedBuffer getChunk(long streamId, int chunkIndex) {
      throw new UnsupportedOperationException("no chunks are served");
    }

    @Override
    public ManagedBuffer openStream(String streamId) {
      throw new UnsupportedOperationException("no streams are served");
    }
  }

  void close() {
    closed = true;
  }
}
