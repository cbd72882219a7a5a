package dev.sparkresnet.job.network;

import java.io.Serializable;

/**
 * Where a participant listens.
 *
 * @param host numeric address, IPv6 without brackets
 * @param port TCP port
 */
public record Endpoint(String host, int port) implements Serializable {
  private static final int HIGHEST_PORT = 65_535;

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      String host = text.substring(0, colon);
      int port = Integer.parseInt(text.substring(colon + 1));
      boolean isVersion6 = host.startsWith("[") && host.endsWith("]");
      if (host.isEmpty() || port < 1 || port > HIGHEST_PORT) {
        throw new IllegalArgumentException("Cannot read an address: " + text);
      }
      return new Endpoint(isVersion6 ? host.substring(1, host.length() - 1) : host, port);
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IllegalArgumentException("Cannot read an address: " + text, e);
    }
  }

  /** With an IPv6 address in brackets (RFC 3986, 3.2.2). */
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
