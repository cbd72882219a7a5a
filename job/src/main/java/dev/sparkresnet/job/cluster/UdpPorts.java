package dev.sparkresnet.job.cluster;

import dev.sparkresnet.job.config.PortRange;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes a free UDP port of a range.
 *
 * <p>A port is taken by binding a socket to it, which the operating system grants to one process
 * only, and held until the mesh binds its own in the next millisecond. Two executors of one host
 * can thus not end up with the same port; with a shared one the second executor would train alone,
 * and nothing would say so. Where the search starts differs from process to process, so that hardly
 * two of them ever try the same port.
 */
public final class UdpPorts {
  private static final Map<Endpoint, DatagramSocket> HELD = new ConcurrentHashMap<>();

  private UdpPorts() {}

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

  @SuppressWarnings("resource") // closed when the port is released
  private static boolean hold(InetAddress address, int port) {
    try {
      DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, port));
      HELD.put(Endpoint.of(address, port), socket);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Lets go of a port, for the one socket that is to be bound to it. */
  public static void release(Endpoint endpoint) {
    DatagramSocket socket = HELD.remove(endpoint);
    if (socket != null) {
      socket.close();
    }
  }

  /**
   * Hands over the socket that holds a port, for the caller to close.
   *
   * @throws IllegalStateException if this process does not hold it
   */
  static DatagramSocket take(Endpoint endpoint) {
    DatagramSocket socket = HELD.remove(endpoint);
    if (socket == null) {
      throw new IllegalStateException("Cannot use udp port " + endpoint + ": it is not held here");
    }
    return socket;
  }
}
