package dev.sparkresnet.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.config.PortRange;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class UdpPortsTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @Test
  void participantsSearchSlicesOfTheirOwn() {
    PortRange range = new PortRange(45_000, 45_029);
    assertThat(UdpPorts.freeEndpoint(LOOPBACK, range, 0, 3).port()).isBetween(45_000, 45_009);
    assertThat(UdpPorts.freeEndpoint(LOOPBACK, range, 2, 3).port()).isBetween(45_020, 45_029);
  }

  @Test
  void passesOverAPortInUse() throws IOException {
    try (DatagramSocket taken = new DatagramSocket(0, LOOPBACK)) {
      int port = taken.getLocalPort();
      PortRange range = new PortRange(port, port + 20);
      assertThat(UdpPorts.freeEndpoint(LOOPBACK, range, 0, 1).port())
          .isBetween(port + 1, port + 20);
    }
  }

  @Test
  void saysWhichPortsAreAllInUse() throws IOException {
    try (DatagramSocket taken = new DatagramSocket(0, LOOPBACK)) {
      int port = taken.getLocalPort();
      PortRange range = new PortRange(port, port);
      assertThatThrownBy(() -> UdpPorts.freeEndpoint(LOOPBACK, range, 0, 1))
          .hasMessage("Cannot open a UDP port on 127.0.0.1: all of %d-%d are in use", port, port);
    }
  }
}
