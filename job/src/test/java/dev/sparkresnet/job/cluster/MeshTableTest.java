package dev.sparkresnet.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MeshTableTest {
  @Test
  void alignsHostsAndAddresses() {
    List<MeshMember> members =
        List.of(
            new MeshMember(0, "12", "node-1", new Endpoint("10.0.0.2", 40123)),
            new MeshMember(1, "3", "10.0.0.300", new Endpoint("fd00::3", 40124)));
    assertThat(MeshTable.lines(new Endpoint("10.0.0.1", 40200), members))
        .containsExactly(
            "update mesh: driver at udp 10.0.0.1:40200",
            "replica 0  executor 12  host node-1      udp 10.0.0.2:40123",
            "replica 1  executor 3   host 10.0.0.300  udp [fd00::3]:40124");
  }
}
