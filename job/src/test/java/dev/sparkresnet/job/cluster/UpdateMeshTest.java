package dev.sparkresnet.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.config.PortRange;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
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

  private static Endpoint endpoint(int slice) {
    return UdpPorts.freeEndpoint(InetAddress.getLoopbackAddress(), PORTS, slice, 3);
  }

  private static INDArray update(int length, int value) {
    return Nd4j.valueArrayOf(new long[] {length}, value, DataType.INT32);
  }

  @Test
  void everyUpdateReachesAllOthersExactlyOnce() {
    List<Integer> atDriver = new CopyOnWriteArrayList<>();
    List<Integer> atFirst = new CopyOnWriteArrayList<>();
    List<Integer> atSecond = new CopyOnWriteArrayList<>();
    Endpoint driver = endpoint(0);
    try (UpdateMesh root = UpdateMesh.openRoot(driver, STREAM, u -> atDriver.add(u.getInt(0)));
        UpdateMesh first =
            UpdateMesh.join(endpoint(1), driver, STREAM, BOUND, u -> atFirst.add(u.getInt(0)));
        UpdateMesh second =
            UpdateMesh.join(endpoint(2), driver, STREAM, BOUND, u -> atSecond.add(u.getInt(0)))) {
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

  @Test
  void saysSoWhenUpdatesDoNotArriveInTime() {
    Endpoint driver = endpoint(0);
    try (UpdateMesh root = UpdateMesh.openRoot(driver, STREAM, update -> {})) {
      assertThatThrownBy(() -> root.awaitReceived(3, Duration.ofSeconds(1)))
          .hasMessage("Cannot close the epoch: %s received 0 of 3 updates within 1 s", driver);
    }
  }

  @Test
  void saysSoWhenTheDriverCannotBeReached() {
    Endpoint own = endpoint(1);
    Endpoint nobody = endpoint(0);
    assertThatThrownBy(
            () -> UpdateMesh.join(own, nobody, STREAM, Duration.ofSeconds(2), update -> {}))
        .hasMessage("Cannot reach the driver from %s at udp %s: no answer within 2 s", own, nobody);
  }
}
