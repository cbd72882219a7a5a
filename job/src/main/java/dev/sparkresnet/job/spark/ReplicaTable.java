package dev.sparkresnet.job.spark;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Which replicas there are, as lines for the log. */
public final class ReplicaTable {
  private static final String GAP = "  ";

  private ReplicaTable() {}

  /** The replicas in the order given, one a line, in aligned columns. */
  public static List<String> lines(List<Placement> placements) {
    return lines(placements, List.of());
  }

  /** The same with further columns before that of the device. */
  public static List<String> lines(
      List<Placement> placements, List<Function<Placement, String>> furtherColumns) {
    int digits = width(placements, placement -> String.valueOf(placement.replica()));
    List<Function<Placement, String>> columns = new ArrayList<>();
    columns.add(placement -> ("replica %" + digits + "d").formatted(placement.replica()));
    columns.add(placement -> "executor " + placement.executor());
    columns.add(placement -> "host " + placement.host());
    columns.addAll(furtherColumns);
    columns.add(placement -> placement.device().toString());
    List<Function<Placement, String>> aligned =
        columns.stream().map(column -> aligned(placements, column)).toList();
    return placements.stream()
        .map(placement -> aligned.stream().map(it -> it.apply(placement)).collect(joining(GAP)))
        .map(String::stripTrailing)
        .toList();
  }

  private static Function<Placement, String> aligned(
      List<Placement> placements, Function<Placement, String> column) {
    int width = width(placements, column);
    return placement -> ("%-" + width + "s").formatted(column.apply(placement));
  }

  private static int width(List<Placement> placements, Function<Placement, String> column) {
    return placements.stream().map(column).mapToInt(String::length).max().orElse(1);
  }
}
