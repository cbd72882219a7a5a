package dev.sparkresnet.job.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.aeron.driver.Configuration;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds out which UDP packets get from one participant of the mesh to another, before there is a
 * mesh.
 *
 * <p>It receives at the port that the mesh would have and sends, like Aeron, from another: a
 * firewall that lets answers through would otherwise pass for an open one. Packets are short or as
 * long as those of the mesh. A packet is text, {@code spark-resnet50 TOKEN SENDER KIND HEARD}, and
 * blanks up to its length; others are passed over.
 */
public final class PacketProbe implements Closeable {
  private static final String MAGIC = "spark-resnet50";
  private static final int FIELDS = 5;
  private static final int ROUND_MILLIS = 50;
  private static final int LONGEST = 1 << 16;

  private final Endpoint own;
  private final String token;
  private final DatagramSocket receiver;
  private final DatagramSocket sender;
  private final int longBytes;
  private final Map<Endpoint, Peer> peers = new ConcurrentHashMap<>();
  private volatile boolean open = true;

  /** How long a packet is. */
  public enum Kind {
    SHORT,
    LONG
  }

  /** What is known about a peer: which packets of its came, and which of ours it says it heard. */
  private static final class Peer {
    private final Set<Kind> heard = EnumSet.noneOf(Kind.class);
    private final Set<Kind> hears = EnumSet.noneOf(Kind.class);

    synchronized void receive(Kind kind, String heardThere) {
      heard.add(kind);
      for (Kind each : Kind.values()) {
        if (heardThere.indexOf(initial(each)) >= 0) {
          hears.add(each);
        }
      }
    }

    synchronized Set<Kind> heard() {
      return EnumSet.copyOf(heard);
    }

    synchronized boolean isComplete() {
      return heard.size() == Kind.values().length && hears.size() == Kind.values().length;
    }
  }

  private PacketProbe(Endpoint own, String token, DatagramSocket receiver, DatagramSocket sender) {
    this.own = own;
    this.token = token;
    this.receiver = receiver;
    this.sender = sender;
    this.longBytes = Configuration.mtuLength();
  }

  /**
   * Begins to listen.
   *
   * @param own what {@link UdpPorts#freeEndpoint} gave
   * @param token tells the packets of this check from those of others
   */
  public static PacketProbe at(Endpoint own, String token) {
    UpdateMesh.configurePackets(own);
    DatagramSocket receiver = UdpPorts.take(own);
    try {
      receiver.setSoTimeout(ROUND_MILLIS);
      DatagramSocket sender =
          new DatagramSocket(new InetSocketAddress(InetAddress.getByName(own.address()), 0));
      return new PacketProbe(own, token, receiver, sender);
    } catch (IOException e) {
      receiver.close();
      throw new UncheckedIOException("Cannot send from " + own + ": " + e.getMessage(), e);
    }
  }

  /** Bytes of a long packet. */
  public int longBytes() {
    return longBytes;
  }

  /**
   * Exchanges packets with a peer until all kinds got through in both directions or the time is
   * over.
   *
   * @return the kinds that came from it
   */
  public Set<Kind> exchange(Endpoint peer, Duration bound) {
    long deadline = System.nanoTime() + bound.toNanos();
    do {
      round(List.of(peer));
    } while (!of(peer).isComplete() && System.nanoTime() < deadline);
    // The peer learns from this that it may stop; if it gets lost, it stops a little later.
    send(peer);
    return of(peer).heard();
  }

  /** Exchanges packets with all peers until it is closed. */
  public void answer(Collection<Endpoint> all) {
    while (open) {
      round(all);
    }
  }

  /** The kinds that came from a peer until now. */
  public Set<Kind> heardFrom(Endpoint peer) {
    return of(peer).heard();
  }

  private Peer of(Endpoint peer) {
    return peers.computeIfAbsent(peer, any -> new Peer());
  }

  private void round(Collection<Endpoint> all) {
    all.forEach(this::send);
    long end = System.nanoTime() + Duration.ofMillis(ROUND_MILLIS).toNanos();
    byte[] buffer = new byte[LONGEST];
    do {
      receive(new DatagramPacket(buffer, buffer.length), all);
    } while (open && System.nanoTime() < end);
  }

  private void send(Endpoint peer) {
    String heard = of(peer).heard().stream().map(PacketProbe::initial).reduce("-", String::concat);
    for (Kind kind : Kind.values()) {
      String text = String.join(" ", MAGIC, token, own.toString(), initial(kind), heard);
      byte[] bytes = text.getBytes(US_ASCII);
      byte[] packet = kind == Kind.LONG ? padded(bytes) : bytes;
      try {
        sender.send(
            new DatagramPacket(
                packet, packet.length, InetAddress.getByName(peer.address()), peer.port()));
      } catch (IOException e) {
        // The operating system refuses what it knows not to get through; the peer misses it.
      }
    }
  }

  private byte[] padded(byte[] text) {
    byte[] packet = Arrays.copyOf(text, Math.max(longBytes, text.length));
    Arrays.fill(packet, text.length, packet.length, (byte) ' ');
    return packet;
  }

  private static String initial(Kind kind) {
    return kind.name().substring(0, 1);
  }

  private void receive(DatagramPacket packet, Collection<Endpoint> expected) {
    try {
      receiver.receive(packet);
    } catch (SocketTimeoutException nothing) {
      return;
    } catch (IOException closed) {
      open = false;
      return;
    }
    String text = new String(packet.getData(), 0, packet.getLength(), US_ASCII);
    String[] fields = text.strip().split(" ", -1);
    if (fields.length == FIELDS && fields[0].equals(MAGIC) && fields[1].equals(token)) {
      expected.stream()
          .filter(peer -> peer.toString().equals(fields[2]))
          .forEach(
              peer ->
                  of(peer)
                      .receive(
                          fields[3].equals(initial(Kind.LONG)) ? Kind.LONG : Kind.SHORT,
                          fields[4]));
    }
  }

  @Override
  public void close() {
    open = false;
    receiver.close();
    sender.close();
  }
}
