package dev.sparkresnet.job.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Who takes part in the update mesh, as lines for the log. */
public final class MeshTable {
  private MeshTable() {}

  /** The driver and then the replicas in the order given, one a line, in aligned columns. */
  public static List<String> lines(Endpoint driver, List<MeshMember> members) {
    int executor = width(members, MeshMember::executor);
    int host = width(members, MeshMember::host);
    String replica = "replica %" + width(members, member -> "" + member.replica()) + "d";
    List<String> lines = new ArrayList<>();
    lines.add("update mesh: driver at udp " + driver);
    for (MeshMember member : members) {
      lines.add(
          String.format(
              replica + "  executor %-" + executor + "s  host %-" + host + "s  udp %s",
              member.replica(),
              member.executor(),
              member.host(),
              member.endpoint()));
    }
    return lines;
  }

  private static int width(List<MeshMember> members, Function<MeshMember, String> column) {
    return members.stream().map(column).mapToInt(String::length).max().orElse(1);
  }
}
