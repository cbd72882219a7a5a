package dev.sparkresnet.job.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sparkresnet.job.config.PortRange;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Real UDP between three ends on this host. */
class UpdateMeshTest {
  private static final PortRange PORTS = new PortRange(46_000, 46_299);
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final int STREAM = 77;

  /** More than one chunk of 256 KiB. */
  private static final int LARGE = 200_000;

  private static Endpoint endpoint() {
    return endpoint("127.0.0.1");
  }

  private static Endpoint endpoint(String host) {
    try {
      return UdpPorts.freeEndpoint(InetAddress.getByName(host), PORTS);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(host, e);
    }
  }

  private static UpdateMesh root(Endpoint own, Consumer<INDArray> onUpdate) {
    return UpdateMesh.openRoot(own, 2, STREAM, BOUND, onUpdate);
  }

  private static INDArray update(int length, int value) {
    return Nd4j.valueArrayOf(new long[] {length}, value, DataType.INT32);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void everyUpdateReachesAllOthersExactlyOnce(String host) throws IOException {
    assumeTrue(hasAddress(host));
    List<Integer> atDriver = new CopyOnWriteArrayList<>();
    List<Integer> atFirst = new CopyOnWriteArrayList<>();
    List<Integer> atSecond = new CopyOnWriteArrayList<>();
    Endpoint driver = endpoint(host);
    try (UpdateMesh root = root(driver, u -> atDriver.add(u.getInt(0)));
        UpdateMesh first =
            UpdateMesh.join(endpoint(host), driver, STREAM, BOUND, u -> atFirst.add(u.getInt(0)));
        UpdateMesh second =
            UpdateMesh.join(
                endpoint(host), driver, STREAM, BOUND, u -> atSecond.add(u.getInt(0)))) {
      for (int i = 0; i < 10; i++) {
        first.send(update(LARGE, i), i, 1);
        second.send(update(10, 100 + i), i, 1);
      }
      root.awaitReceived(20, BOUND);
      first.awaitReceived(10, BOUND);
      second.awaitReceived(10, BOUND);
      assertThat(first.sent()).isEqualTo(new Traffic(10, 10 * 4 * LARGE));
      assertThat(first.received())
          .containsExactly(Map.entry(second.endpoint().toString(), new Traffic(10, 400)));
    }
    assertThat(atFirst).containsExactlyInAnyOrder(100, 101, 102, 103, 104, 105, 106, 107, 108, 109);
    assertThat(atSecond).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(atDriver).hasSize(20).doesNotHaveDuplicates();
  }

  /** Not every kernel speaks IPv6. */
  private static boolean hasAddress(String host) throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .anyMatch(InetAddress.getByName(host)::equals);
  }

  @Test
  void saysSoWhenThePortIsTaken() throws IOException {
    try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      Endpoint own = new Endpoint("127.0.0.1", taken.getLocalPort());
      assertThatThrownBy(() -> root(own, update -> {}))
          .hasMessageStartingWith("Cannot open update mesh at udp " + own + ": ")
          .hasMessageContaining("Address already in use");
    }
  }

  @Test
  void saysSoWhenUpdatesDoNotArriveInTime() {
    Endpoint driver = endpoint();
    try (UpdateMesh root = root(driver, update -> {});
        UpdateMesh replica = UpdateMesh.join(endpoint(), driver, STREAM, BOUND, update -> {})) {
      assertThat(replica.sent().updates()).isZero();
      assertThatThrownBy(() -> root.awaitReceived(3, Duration.ofSeconds(1)))
          .hasMessage(
              "Cannot close the epoch: %s received 0 of 3 updates within 1 s; its peers still"
                  + " answer over udp",
              driver);
    }
  }

  @Test
  void saysSoWhenTheDriverCannotBeReached() {
    Endpoint own = endpoint();
    Endpoint nobody = endpoint();
    assertThatThrownBy(
            () -> UpdateMesh.join(own, nobody, STREAM, Duration.ofSeconds(2), update -> {}))
        .hasMessage(
            "Cannot join update mesh: udp from the executor at %s does not reach the driver at %s,"
                + " for 2 s; open the driver's ports",
            own, nobody);
  }

  @Test
  void listensAtItsOwnAddressOnly() throws IOException {
    Endpoint own = endpoint();
    try (UpdateMesh root = root(own, update -> {})) {
      assertThat(root.endpoint()).isEqualTo(own);
      assertThat(isFree("127.0.0.1", own.port())).isFalse();
      assertThat(isFree("127.0.0.2", own.port())).isTrue();
    }
  }

  private static boolean isFree(String host, int port) throws IOException {
    try (DatagramSocket socket = new DatagramSocket(port, InetAddress.getByName(host))) {
      return socket.isBound();
    } catch (BindException taken) {
      return false;
    }
  }
}
