package dev.sparkresnet.job.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.config.PortRange;
import dev.sparkresnet.job.transport.PacketProbe.Kind;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class PacketProbeTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static Endpoint takePort() {
    return UdpPorts.freeEndpoint(LOOPBACK, new PortRange(40_500, 40_700));
  }

  @Test
  void shortAndLongPacketsGetThroughInBothDirections() throws Exception {
    Endpoint driver = takePort();
    Endpoint executor = takePort();
    try (PacketProbe one = PacketProbe.at(driver, "token");
        PacketProbe other = PacketProbe.at(executor, "token")) {
      Thread answers = new Thread(() -> one.answer(List.of(executor)));
      answers.setDaemon(true);
      answers.start();
      assertThat(other.exchange(driver, PATIENCE)).containsExactly(Kind.SHORT, Kind.LONG);
      assertThat(one.heardFrom(executor)).containsExactly(Kind.SHORT, Kind.LONG);
    }
  }

  @Test
  void doesNotHearThoseOfAnotherPreflight() {
    Endpoint driver = takePort();
    Endpoint executor = takePort();
    try (PacketProbe one = PacketProbe.at(driver, "token");
        PacketProbe other = PacketProbe.at(executor, "another")) {
      assertThat(other.exchange(driver, Duration.ofMillis(1))).isEmpty();
      assertThat(one.exchange(executor, Duration.ofMillis(1))).isEmpty();
    }
  }

  /** As where routers drop what is longer than they can pass on. */
  @Test
  void tellsIfOnlyShortPacketsArrive() throws Exception {
    Endpoint own = takePort();
    try (PacketProbe probe = PacketProbe.at(own, "token");
        DatagramSocket peer = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
      String packet =
          String.format(Locale.ROOT, "spark-resnet50 token 127.0.0.1:%d S -", peer.getLocalPort());
      byte[] bytes = packet.getBytes(US_ASCII);
      peer.send(new DatagramPacket(bytes, bytes.length, LOOPBACK, own.port()));
      assertThat(
              probe.exchange(
                  new Endpoint("127.0.0.1", peer.getLocalPort()), Duration.ofMillis(200)))
          .containsExactly(Kind.SHORT);
    }
  }

  @Test
  void longPacketsAreAsLongAsThoseOfTheMesh() {
    Endpoint own = takePort();
    try (PacketProbe probe = PacketProbe.at(own, "token")) {
      assertThat(probe.longBytes()).isEqualTo(AeronPacket.bytes(own));
    }
  }

  @Test
  void passesOverWhatIsNoPacketOfIts() throws Exception {
    Endpoint own = takePort();
    try (PacketProbe probe = PacketProbe.at(own, "token");
        DatagramSocket stranger = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
      for (String text : List.of("", "spark-resnet50", "spark-resnet50 token x S -", "a b c d e")) {
        byte[] bytes = text.getBytes(US_ASCII);
        stranger.send(new DatagramPacket(bytes, bytes.length, LOOPBACK, own.port()));
      }
      assertThat(probe.exchange(new Endpoint("127.0.0.1", 9), Duration.ofMillis(1))).isEmpty();
    }
  }
}
