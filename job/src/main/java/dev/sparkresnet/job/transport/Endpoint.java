package dev.sparkresnet.job.transport;

import java.io.Serializable;
import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * A numeric IP address and a UDP port of the mesh that carries encoded updates.
 *
 * @param address IPv4 or IPv6, an IPv6 address without brackets
 */
public record Endpoint(String address, int port) implements Serializable {
  /** Of replicas that have no mesh. */
  public static final Endpoint NONE = new Endpoint("", 0);

  static Endpoint of(InetAddress address, int port) {
    return new Endpoint(address.getHostAddress(), port);
  }

  /** The address as it stands before a port: an IPv6 address in brackets (RFC 3986, 3.2.2). */
  String host() {
    return address.indexOf(':') < 0 ? address : "[" + address + "]";
  }

  /** Whether both addresses are of IPv4 or both of IPv6. */
  static boolean sameFamily(InetAddress one, InetAddress other) {
    return one instanceof Inet6Address == other instanceof Inet6Address;
  }

  @Override
  public String toString() {
    return host() + ":" + port;
  }
}
