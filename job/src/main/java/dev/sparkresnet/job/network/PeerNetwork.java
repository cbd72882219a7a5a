package dev.sparkresnet.job.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sparkresnet.job.failure.Causes;
import dev.sparkresnet.job.failure.Reason;
import dev.sparkresnet.job.failure.UserErrorException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.crypto.AuthClientBootstrap;
import org.apache.spark.network.crypto.AuthServerBootstrap;
import org.apache.spark.network.server.TransportServer;
import org.apache.spark.network.util.TransportConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One participant's connections to all others, over Spark's network library.
 *
 * <p>Between two participants there are two connections, one for the messages of each, so that a
 * message needs no name on it: whoever sends it has authenticated itself and said hello first.
 */
public final class PeerNetwork implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerNetwork.class);

  private final PeerSettings settings;
  private final AttemptSecret secret;
  private final int self;
  private final PeerListener listener;
  private final TransportContext context;
  private final TransportConf conf;
  private final TransportServer server;
  private final TransportClientFactory clients;
  private final Map<Integer, TransportClient> connections = new ConcurrentHashMap<>();

  /** Who takes what arrives, on threads of the network. */
  public interface Receiver {
    /**
     * A message of another participant, in the order in which that one sent it.
     *
     * @param message valid until this returns
     * @throws RuntimeException which ends the connection
     */
    void received(int sender, ByteBuffer message);

    /** Another participant can send no more. */
    void lost(int sender, String why);
  }

  private PeerNetwork(PeerSettings settings, AttemptSecret secret, int self, Receiver receiver) {
    this.settings = settings;
    this.secret = secret;
    this.self = self;
    this.conf = SecuredTransport.conf(settings);
    this.listener = new PeerListener(self, settings.participants(), receiver);
    this.context = new TransportContext(conf, listener);
    this.server = bind();
    this.clients =
        context.createClientFactory(
            List.of(new AuthClientBootstrap(conf, secret.application(), secret.holder())));
  }

  /**
   * Listens at a free port.
   *
   * @param self number of this participant, from 0
   * @throws UserErrorException if no port of the range is free, the address is not of this host, or
   *     this Spark cannot encrypt
   */
  public static PeerNetwork open(
      PeerSettings settings, AttemptSecret secret, int self, Receiver receiver) {
    SecuredTransport.require();
    return new PeerNetwork(settings, secret, self, receiver);
  }

  private TransportServer bind() {
    for (int port = settings.ports().first(); port <= settings.ports().last(); port++) {
      if (isFree(port)) {
        try {
          return context.createServer(
              settings.address(), port, List.of(listener, authentication()));
        } catch (Exception taken) {
          // Netty throws what its methods do not declare.
          if (!(taken instanceof BindException || taken.getCause() instanceof BindException)) {
            throw cannotListen(taken);
          }
        }
      }
    }
    context.close();
    throw new UserErrorException(
        String.format(
            Locale.ROOT,
            "Cannot open a port for the exchange of updates: none of %s is free at %s; set"
                + " training.gradient-sharing.port-range to ports that are free, one for each"
                + " executor of a host",
            settings.ports(),
            settings.address()));
  }

  private AuthServerBootstrap authentication() {
    return new AuthServerBootstrap(conf, secret.holder());
  }

  /** Spark's server makes threads before it finds out. */
  private boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(settings.address(), port));
      return true;
    } catch (BindException e) {
      if (String.valueOf(e.getMessage()).startsWith("Cannot assign")) {
        throw cannotListen(e);
      }
      return false;
    } catch (IOException e) {
      throw cannotListen(e);
    }
  }

  private UserErrorException cannotListen(Exception why) {
    context.close();
    return new UserErrorException(
        String.format(
            Locale.ROOT,
            "Cannot open a port for the exchange of updates at %s: %s; set"
                + " training.gradient-sharing.network-mask to a network of all hosts",
            settings.address(),
            why.getMessage()),
        why);
  }

  /** Where the others reach this one. */
  public Endpoint endpoint() {
    return new Endpoint(settings.address(), server.getPort());
  }

  /**
   * Connects to all others, one after the other.
   *
   * @param peers where they listen, by number; this one among them
   * @throws UserErrorException naming the one that cannot be reached, and why
   */
  public void connect(List<Endpoint> peers) {
    for (int distance = 1; distance < peers.size(); distance++) {
      int peer = (self + distance) % peers.size();
      connections.put(peer, connect(peer, peers.get(peer)));
    }
  }

  private TransportClient connect(int peer, Endpoint endpoint) {
    try {
      TransportClient client = clients.createUnmanagedClient(endpoint.host(), endpoint.port());
      String refusal =
          UTF_8
              .decode(
                  client.sendRpcSync(Hello.of(self, peer).wire(), settings.timeout().toMillis()))
              .toString();
      if (!refusal.isEmpty()) {
        client.close();
        throw unreachable(peer, endpoint, refusal, null);
      }
      return client;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable(peer, endpoint, "interrupted", e);
    } catch (IOException e) {
      throw unreachable(peer, endpoint, reason(e), e);
    } catch (UserErrorException e) {
      throw e;
    } catch (RuntimeException e) {
      throw unreachable(peer, endpoint, reason(e), e);
    }
  }

  private UserErrorException unreachable(int peer, Endpoint endpoint, String why, Exception cause) {
    return new UserErrorException(
        String.format(
            Locale.ROOT,
            "Cannot reach replica %d at %s from replica %d at %s: %s; open TCP ports"
                + " training.gradient-sharing.port-range between all executors",
            peer,
            endpoint,
            self,
            endpoint(),
            why),
        cause);
  }

  /** What the operating system said, under what Netty and Spark say of it. */
  private static String reason(Throwable failure) {
    return Reason.of(Causes.of(failure).reduce((outer, inner) -> inner).orElseThrow());
  }

  /**
   * Sends a message to another participant, and does not wait for it to arrive.
   *
   * @param message must not be changed until the other one has it
   * @throws IllegalStateException if the connection has ended
   */
  public void send(int peer, ByteBuffer message) {
    TransportClient client = connections.get(peer);
    if (client == null || !client.isActive()) {
      throw new IllegalStateException(
          "Cannot send to replica " + peer + ": its connection has ended");
    }
    client.send(message);
  }

  @Override
  public void close() {
    listener.close();
    List<AutoCloseable> parts = new ArrayList<>(connections.values());
    parts.addAll(List.of(clients, server, context));
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        // The process goes on without it.
        LOG.debug("not all was closed", e);
      }
    }
  }
}
