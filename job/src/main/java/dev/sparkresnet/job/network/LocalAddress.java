package dev.sparkresnet.job.network;

import dev.sparkresnet.job.failure.UserErrorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;

/** The address by which the other participants reach this JVM. */
public final class LocalAddress {
  private static final String CANNOT = "Cannot open a port for the exchange of updates: ";

  private LocalAddress() {}

  /**
   * The address at which the other executors reach this one.
   *
   * <p>A network mask decides. Without one it is the address that Spark uses, as long as that is an
   * address of this host by which the driver's host can reach it; the name of a host may well stand
   * for its loopback address, or for one of the other version of IP. Then it is the address from
   * which the operating system would send to the driver.
   *
   * @param networkMask such as {@code 10.1.0.0/16}, or empty
   * @throws UserErrorException if no address of this host is in that network
   * @throws IllegalStateException if there is none
   */
  public static InetAddress ofExecutor(String networkMask) {
    if (!networkMask.isEmpty()) {
      return in(AddressBlock.parse(networkMask));
    }
    return towards(SparkEnv.get().conf().get("spark.driver.host"), addressesOf(sparkHost()));
  }

  static InetAddress towards(String driver, List<InetAddress> preferred) {
    return addressesOf(driver).stream()
        .findFirst()
        .map(address -> towards(address, preferred))
        .orElseThrow(() -> new UserErrorException(CANNOT + "unknown driver host " + driver));
  }

  static InetAddress towards(InetAddress driver, List<InetAddress> preferred) {
    return preferred.stream()
        .filter(address -> isReachableFrom(driver, address))
        .findFirst()
        .orElseGet(() -> sourceOfPacketsTo(driver));
  }

  private static boolean isReachableFrom(InetAddress driver, InetAddress address) {
    return isSameVersion(driver, address)
        && driver.isLoopbackAddress() == address.isLoopbackAddress()
        && isOfThisHost(address);
  }

  private static boolean isSameVersion(InetAddress one, InetAddress other) {
    return one instanceof Inet6Address == other instanceof Inet6Address;
  }

  /** Connecting a UDP socket sends nothing, it only makes the kernel choose a route. */
  private static InetAddress sourceOfPacketsTo(InetAddress driver) {
    int anyPort = 9;
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(driver, anyPort));
      return socket.getLocalAddress();
    } catch (IOException e) {
      throw new IllegalStateException(
          String.format(
              CANNOT + "no route to the driver at %s from this host, which has %s:" + " %s",
              driver.getHostAddress(),
              addressesAsText(),
              e.getMessage()),
          e);
    }
  }

  static InetAddress in(AddressBlock network) {
    return addresses()
        .filter(network::contains)
        .findFirst()
        .orElseThrow(
            () ->
                new UserErrorException(
                    String.format(
                        CANNOT
                            + "no address of this host is in training.gradient-sharing.network-mask %s; it has %s",
                        network,
                        addressesAsText())));
  }

  private static boolean isOfThisHost(InetAddress address) {
    return address.isLoopbackAddress() || addresses().anyMatch(address::equals);
  }

  /** Link-local addresses are left out: they mean nothing without the name of an interface. */
  private static Stream<InetAddress> addresses() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLinkLocalAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list the addresses of this host", e);
    }
  }

  private static String addressesAsText() {
    return addresses().map(InetAddress::getHostAddress).collect(Collectors.joining(", "));
  }

  /** None if nothing knows the name. */
  private static List<InetAddress> addressesOf(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      return List.of();
    }
  }

  /** The host of this JVM as Spark names it. */
  public static String sparkHost() {
    return SparkEnv.get().blockManager().blockManagerId().host();
  }

  /** Spark's name for this JVM, unique in an application. */
  public static String executorId() {
    return SparkEnv.get().executorId();
  }
}
