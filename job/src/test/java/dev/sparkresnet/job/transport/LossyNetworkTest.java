package dev.sparkresnet.job.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.config.PortRange;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Lost packets are sent again; a link that carries nothing is an error within the timeout. */
class LossyNetworkTest {
  private static final PortRange PORTS = new PortRange(46_300, 46_599);
  private static final Duration PATIENT = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofSeconds(2);
  private static final int STREAM = 78;
  private static final int UPDATES = 6;

  /** Two chunks, about 300 packets. */
  private static final int LENGTH = 100_000;

  private final LossyNetwork network = new LossyNetwork();
  private final List<UpdateMesh> open = new ArrayList<>();
  private final Endpoint driver = endpoint();
  private final Endpoint executor = endpoint();
  private final Endpoint otherExecutor = endpoint();

  private static Endpoint endpoint() {
    return UdpPorts.freeEndpoint(InetAddress.getLoopbackAddress(), PORTS);
  }

  private UpdateMesh openRoot(int replicas, Duration timeout, Consumer<INDArray> onUpdate) {
    return toClose(UpdateMesh.openRoot(driver, replicas, STREAM, timeout, onUpdate));
  }

  private UpdateMesh join(Endpoint own, Duration timeout, Consumer<INDArray> onUpdate) {
    return toClose(UpdateMesh.join(own, driver, STREAM, timeout, onUpdate));
  }

  private UpdateMesh toClose(UpdateMesh mesh) {
    open.add(mesh);
    return mesh;
  }

  private static INDArray update(int value) {
    return Nd4j.valueArrayOf(new long[] {LENGTH}, value, DataType.INT32);
  }

  private static Consumer<INDArray> lastElementTo(List<Integer> arrived) {
    return update -> arrived.add(update.getInt(LENGTH - 1));
  }

  @AfterEach
  void repairNetwork() {
    network.close();
    open.forEach(UpdateMesh::close);
    Stream.of(driver, executor, otherExecutor).forEach(UdpPorts::release);
  }

  @Test
  void everyUpdateArrivesOnceThoughPacketsAreLost() {
    loseOnTheWay(0.01);
  }

  @Tag("long")
  @Test
  void everyUpdateArrivesOnceThoughEveryTenthPacketIsLost() {
    loseOnTheWay(0.1);
  }

  private void loseOnTheWay(double share) {
    List<Integer> atDriver = new CopyOnWriteArrayList<>();
    List<Integer> atOther = new CopyOnWriteArrayList<>();
    network.lose(share, 1);
    UpdateMesh root = openRoot(2, PATIENT, lastElementTo(atDriver));
    UpdateMesh sender = join(executor, PATIENT, update -> {});
    UpdateMesh other = join(otherExecutor, PATIENT, lastElementTo(atOther));
    for (int i = 0; i < UPDATES; i++) {
      sender.send(update(i), i, 1);
    }
    root.awaitReceived(UPDATES, PATIENT);
    other.awaitReceived(UPDATES, PATIENT);
    assertThat(atDriver).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
    assertThat(atOther).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
    assertThat(network.lost()).isGreaterThan(10);
  }

  @Test
  void aLinkThatCarriesNothingAnyMoreStopsTheSender() {
    openRoot(1, SHORT, update -> {});
    UpdateMesh sender = join(executor, SHORT, update -> {});
    network.lose(1, 1);
    assertThatThrownBy(() -> sendUntilRefused(sender))
        .hasMessage(
            "Cannot send from %s to the driver at udp %s: nothing was acknowledged for 2 s",
            executor, driver);
  }

  private static void sendUntilRefused(UpdateMesh sender) {
    for (int i = 0; i < 1_000; i++) {
      sender.send(update(i), i, 1);
    }
  }

  @Test
  void aLinkThatCarriesNothingAnyMoreFailsTheEpochAndIsNamed() {
    UpdateMesh root = openRoot(2, SHORT, update -> {});
    UpdateMesh sender = join(executor, SHORT, update -> {});
    join(otherExecutor, SHORT, update -> {});
    network.loseAllTo(executor);
    sender.send(update(7), 0, 1);
    assertThatThrownBy(() -> root.awaitReceived(2, SHORT))
        .hasMessage(
            "Cannot close the epoch: %s received 1 of 2 updates within 2 s; no answer over udp from"
                + " %s",
            driver, executor);
  }

  @Test
  void saysSoWhenTheExecutorCannotReachTheDriver() {
    network.loseAllTo(driver);
    openRoot(1, SHORT, update -> {});
    assertThatThrownBy(() -> join(executor, SHORT, update -> {}))
        .hasMessage(
            "Cannot join update mesh: udp from the executor at %s does not reach the driver at %s,"
                + " for 2 s; open the driver's ports",
            executor, driver);
  }

  @Test
  void saysSoWhenTheDriverCannotReachTheExecutor() {
    network.loseAllTo(executor);
    openRoot(1, SHORT, update -> {});
    assertThatThrownBy(() -> join(executor, SHORT, update -> {}))
        .hasMessage(
            "Cannot join update mesh: udp from the executor at %s reaches the driver at %s, but udp"
                + " from the driver does not reach the executor, for 2 s; open the executor's"
                + " ports",
            executor, driver);
  }

  @Test
  void anExecutorThatCannotBeReachedDoesNotHoldUpTheOthers() {
    network.loseAllTo(executor);
    openRoot(2, PATIENT, update -> {});
    assertThatThrownBy(() -> join(executor, SHORT, update -> {}))
        .isInstanceOf(IllegalStateException.class);
    assertThat(join(otherExecutor, SHORT, update -> {}).endpoint()).isEqualTo(otherExecutor);
  }
}
