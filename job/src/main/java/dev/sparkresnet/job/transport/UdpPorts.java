package dev.sparkresnet.job.transport;

import dev.sparkresnet.job.config.PortRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Takes a free UDP port of a range.
 *
 * <p>A port is taken by binding a socket to it, which the operating system grants to one process
 * only, and held until the mesh binds its own. Two executors of one host can thus not end up with
 * the same port; with a shared one the second executor would train alone, and nothing would say so.
 * Aeron cannot be given a socket, so that the port is bound by nobody for a moment: what keeps the
 * others from it then is the TCP port of the same number, which nobody can connect to.
 *
 * <p>Where the search starts differs from process to process, so that hardly two of them ever try
 * the same port.
 */
public final class UdpPorts {
  private static final Map<Endpoint, Held> HELD = new ConcurrentHashMap<>();

  private UdpPorts() {}

  private record Held(Socket number, DatagramSocket port) {
    static Held at(InetSocketAddress address) throws IOException {
      Socket number = new Socket();
      try {
        number.bind(address);
        return new Held(number, new DatagramSocket(address));
      } catch (IOException e) {
        number.close();
        throw e;
      }
    }

    void releaseNumber() {
      try {
        number.close();
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot close tcp " + number.getLocalSocketAddress(), e);
      }
    }
  }

  /**
   * Takes a port of the range.
   *
   * @throws IllegalStateException if every one is in use
   */
  public static Endpoint freeEndpoint(InetAddress address, PortRange range) {
    long start = ProcessHandle.current().pid();
    for (int tried = 0; tried < range.size(); tried++) {
      int port = range.first() + (int) ((start + tried) % range.size());
      if (hold(address, port)) {
        return Endpoint.of(address, port);
      }
    }
    throw new IllegalStateException(
        String.format(
            "Cannot open a UDP port on %s: all of %s are in use", address.getHostAddress(), range));
  }

  private static boolean hold(InetAddress address, int port) {
    try {
      HELD.put(Endpoint.of(address, port), Held.at(new InetSocketAddress(address, port)));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Lets go of a port for the one socket that is to be bound to it, and keeps other processes away
   * until it is.
   *
   * @param bind binds the socket
   */
  static <T> T handOver(Endpoint endpoint, Supplier<T> bind) {
    Held held = HELD.remove(endpoint);
    if (held == null) {
      return bind.get();
    }
    held.port().close();
    try {
      return bind.get();
    } finally {
      held.releaseNumber();
    }
  }

  /** Lets go of a port that is not needed after all. */
  public static void release(Endpoint endpoint) {
    if (HELD.containsKey(endpoint)) {
      take(endpoint).close();
    }
  }

  /**
   * Hands over the socket that holds a port, for the caller to close.
   *
   * @throws IllegalStateException if this process does not hold it
   */
  static DatagramSocket take(Endpoint endpoint) {
    Held held = HELD.remove(endpoint);
    if (held == null) {
      throw new IllegalStateException("Cannot use udp port " + endpoint + ": it is not held here");
    }
    held.releaseNumber();
    return held.port();
  }
}
