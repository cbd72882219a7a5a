package dev.sparkresnet.job.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.config.PortRange;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class UdpPortsTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @Test
  void givesNoPortTwice() {
    PortRange range = new PortRange(45_000, 45_009);
    Endpoint first = UdpPorts.freeEndpoint(LOOPBACK, range);
    Endpoint second = UdpPorts.freeEndpoint(LOOPBACK, range);
    assertThat(first.port()).isBetween(45_000, 45_009).isNotEqualTo(second.port());
    UdpPorts.release(first);
    UdpPorts.release(second);
  }

  @Test
  void holdsAPortUntilItIsReleased() throws IOException {
    Endpoint held = UdpPorts.freeEndpoint(LOOPBACK, new PortRange(45_010, 45_019));
    assertThatThrownBy(() -> new DatagramSocket(held.port(), LOOPBACK))
        .isInstanceOf(BindException.class);
    UdpPorts.release(held);
    new DatagramSocket(held.port(), LOOPBACK).close();
  }

  @Test
  void keepsOthersFromAPortThatIsBeingHandedOver() {
    PortRange range = new PortRange(45_020, 45_029);
    Endpoint held = UdpPorts.freeEndpoint(LOOPBACK, range);
    Endpoint other = UdpPorts.handOver(held, () -> UdpPorts.freeEndpoint(LOOPBACK, range));
    assertThat(other).isNotEqualTo(held);
    UdpPorts.release(other);
    assertThat(UdpPorts.freeEndpoint(LOOPBACK, new PortRange(held.port(), held.port())))
        .isEqualTo(held);
    UdpPorts.release(held);
  }

  @Test
  void passesOverAPortInUse() throws IOException {
    try (DatagramSocket taken = new DatagramSocket(0, LOOPBACK)) {
      int port = taken.getLocalPort();
      Endpoint free = UdpPorts.freeEndpoint(LOOPBACK, new PortRange(port, port + 20));
      assertThat(free.port()).isBetween(port + 1, port + 20);
      UdpPorts.release(free);
    }
  }

  @Test
  void saysWhichPortsAreAllInUse() throws IOException {
    try (DatagramSocket taken = new DatagramSocket(0, LOOPBACK)) {
      int port = taken.getLocalPort();
      PortRange range = new PortRange(port, port);
      assertThatThrownBy(() -> UdpPorts.freeEndpoint(LOOPBACK, range))
          .hasMessage("Cannot open a UDP port on 127.0.0.1: all of %d-%d are in use", port, port);
    }
  }
}
