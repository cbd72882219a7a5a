package dev.sparkresnet.job.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.device.ReplicaDevice;
import dev.sparkresnet.job.spark.Placement;
import dev.sparkresnet.job.spark.ReplicaTable;
import dev.sparkresnet.job.transport.Endpoint;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeshTableTest {
  private static final Placement FIRST =
      new Placement(0, "12", "node-1", new ReplicaDevice.OnCpu("0"));
  private static final Placement SECOND =
      new Placement(1, "3", "10.0.0.300", new ReplicaDevice.OnCpu(""));

  @Test
  void alignsHostsAndAddresses() {
    List<MeshMember> members =
        List.of(
            new MeshMember(FIRST, new Endpoint("10.0.0.2", 40123)),
            new MeshMember(SECOND, new Endpoint("fd00::3", 40124)));
    assertThat(MeshTable.lines(new Endpoint("10.0.0.1", 40200), members))
        .containsExactly(
            "update mesh: driver at udp 10.0.0.1:40200",
            "replica 0  executor 12  host node-1      udp 10.0.0.2:40123   CPU, GPU 0 idle",
            "replica 1  executor 3   host 10.0.0.300  udp [fd00::3]:40124  CPU");
  }

  @Test
  void alignsReplicasWithoutMesh() {
    assertThat(ReplicaTable.lines(List.of(FIRST, SECOND)))
        .containsExactly(
            "replica 0  executor 12  host node-1      CPU, GPU 0 idle",
            "replica 1  executor 3   host 10.0.0.300  CPU");
  }
}
