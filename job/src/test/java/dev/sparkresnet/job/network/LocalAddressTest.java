package dev.sparkresnet.job.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LocalAddressTest {
  /** Documentation addresses (RFC 5737, RFC 3849), which no host has. */
  private static final String NOWHERE = "203.0.113.0/24";

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  @Test
  void isTheOneThatSparkUses() {
    assertThat(LocalAddress.towards(address("127.0.0.1"), List.of(address("127.0.0.9"))))
        .isEqualTo(address("127.0.0.9"));
  }

  @Test
  void isAnotherOneIfThatOfSparkBelongsToNoInterface() {
    assertThat(LocalAddress.towards(address("127.0.0.1"), List.of(address("203.0.113.7"))))
        .isEqualTo(address("127.0.0.1"));
  }

  @Test
  void isOfTheSameVersionOfIpAsTheDriver() {
    assertThat(
            LocalAddress.towards(
                address("127.0.0.1"), List.of(address("::1"), address("127.0.0.2"))))
        .isEqualTo(address("127.0.0.2"));
  }

  @Test
  void isNoLoopbackAddressWhenTheDriverIsOnAnotherHost() throws SocketException {
    InetAddress driver = address("203.0.113.7");
    InetAddress source;
    try {
      source = LocalAddress.towards(driver, List.of(address("127.0.1.1")));
    } catch (IllegalStateException e) {
      assertThat(e)
          .hasMessageStartingWith(
              "Cannot open a port for the exchange of updates: no route to the driver at"
                  + " 203.0.113.7");
      return;
    }
    assertThat(source.isLoopbackAddress()).isFalse();
    assertThat(NetworkInterface.getByInetAddress(source)).isNotNull();
  }

  @Test
  void isTheOneInTheNetwork() {
    assertThat(LocalAddress.ofExecutor("127.0.0.0/8")).isEqualTo(address("127.0.0.1"));
  }

  @Test
  void namesTheAddressesThereAreWhenNoneIsInTheNetwork() throws SocketException {
    String addresses =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLinkLocalAddress())
            .map(InetAddress::getHostAddress)
            .collect(Collectors.joining(", "));
    assertThatThrownBy(() -> LocalAddress.ofExecutor(NOWHERE))
        .hasMessage(
            "Cannot open a port for the exchange of updates: no address of this host is in"
                + " training.gradient-sharing.network-mask 203.0.113.0/24; it has "
                + addresses);
  }

  @Test
  void refusesADriverHostThatNobodyKnows() {
    assertThatThrownBy(() -> LocalAddress.towards("no-such-host.invalid", List.of()))
        .hasMessage(
            "Cannot open a port for the exchange of updates: unknown driver host"
                + " no-such-host.invalid");
  }
}
