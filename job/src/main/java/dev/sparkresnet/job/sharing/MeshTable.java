package dev.sparkresnet.job.sharing;

import dev.sparkresnet.job.spark.Placement;
import dev.sparkresnet.job.spark.ReplicaTable;
import dev.sparkresnet.job.transport.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Who takes part in the update mesh, as lines for the log. */
public final class MeshTable {
  private MeshTable() {}

  /** The driver and then the replicas in the order given, one a line, in aligned columns. */
  public static List<String> lines(Endpoint driver, List<MeshMember> members) {
    Map<Placement, Endpoint> endpoints =
        members.stream().collect(Collectors.toMap(MeshMember::placement, MeshMember::endpoint));
    List<String> lines = new ArrayList<>(List.of("update mesh: driver at udp " + driver));
    lines.addAll(
        ReplicaTable.lines(
            members.stream().map(MeshMember::placement).toList(),
            List.of(placement -> "udp " + endpoints.get(placement))));
    return lines;
  }
}
