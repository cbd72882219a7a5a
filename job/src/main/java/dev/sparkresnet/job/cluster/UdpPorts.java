package dev.sparkresnet.job.cluster;

import dev.sparkresnet.job.config.PortRange;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Finds a free UDP port in a range.
 *
 * <p>Every participant searches a slice of the range of its own. Two executors on one host can thus
 * never pick the same port at the same moment; with a shared port the second one would train alone,
 * and nothing would say so. Where the search starts differs from process to process, for the sake
 * of other runs on the host.
 */
public final class UdpPorts {
  private UdpPorts() {}

  /**
   * Returns a port that can be bound in the given slice of the range.
   *
   * @param slice which of the {@code slices} equal parts of the range to search, from 0
   * @throws IllegalStateException if every port of the slice is in use
   */
  public static Endpoint freeEndpoint(InetAddress address, PortRange range, int slice, int slices) {
    int width = range.size() / slices;
    int from = range.first() + slice * width;
    long start = ProcessHandle.current().pid();
    for (int tried = 0; tried < width; tried++) {
      int port = from + (int) ((start + tried) % width);
      if (isFree(address, port)) {
        return new Endpoint(address.getHostAddress(), port);
      }
    }
    throw new IllegalStateException(
        String.format(
            "Cannot open a UDP port on %s: all of %d-%d are in use",
            address.getHostAddress(), from, from + width - 1));
  }

  private static boolean isFree(InetAddress address, int port) {
    try (DatagramSocket socket = new DatagramSocket(null)) {
      socket.setReuseAddress(false);
      socket.bind(new InetSocketAddress(address, port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
