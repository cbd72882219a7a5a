package dev.sparkresnet.job.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.config.PortRange;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Scanner;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AeronMemoryTest {
  private static final Duration BOUND = Duration.ofSeconds(30);

  @TempDir Path parent;

  @ParameterizedTest
  @CsvSource({"1, 34", "2, 58", "4, 106", "64, 1546"})
  void growsBySixTermsAndTwoPagesWithEveryConnection(int connections, long megabytes) {
    assertThat(AeronMemory.megabytes(AeronMemory.bytes(connections, 4 << 20))).isEqualTo(megabytes);
  }

  /** Files with holes are counted by the blocks they have: what {@code du} says. */
  @Test
  void isWhatAnOpenMeshTakes() throws Exception {
    PortRange ports = new PortRange(46_600, 46_699);
    Endpoint driver = UdpPorts.freeEndpoint(InetAddress.getLoopbackAddress(), ports);
    System.setProperty("aeron.dir", parent.toString());
    try (UpdateMesh root = UpdateMesh.openRoot(driver, 1, 79, BOUND, update -> {});
        UpdateMesh replica =
            UpdateMesh.join(
                UdpPorts.freeEndpoint(InetAddress.getLoopbackAddress(), ports),
                driver,
                79,
                BOUND,
                update -> {})) {
      for (Path directory : directories()) {
        assertThat(kilobytesOnDisk(directory)).isBetween(32L << 10, 34L << 10);
      }
      assertThat(directories()).hasSize(2);
      assertThat(root.endpoint()).isNotEqualTo(replica.endpoint());
    } finally {
      System.clearProperty("aeron.dir");
    }
    assertThat(directories()).isEmpty();
  }

  private List<Path> directories() throws IOException {
    try (Stream<Path> entries = Files.list(parent)) {
      return entries.toList();
    }
  }

  private static long kilobytesOnDisk(Path directory) throws IOException {
    Process du = new ProcessBuilder("du", "-sk", directory.toString()).start();
    try (Scanner out = new Scanner(du.getInputStream(), UTF_8)) {
      return out.nextLong();
    }
  }
}
