package dev.sparkresnet.job.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table in Markdown whose columns line up in plain text, too. */
final class MarkdownTable {
  private final List<List<String>> rows = new ArrayList<>();

  MarkdownTable(List<String> header) {
    rows.add(header);
  }

  /** Adds a row with as many cells as the header. */
  void add(List<String> cells) {
    rows.add(cells);
  }

  /** The lines of the table, each with a line break. */
  String render() {
    int[] widths =
        IntStream.range(0, rows.get(0).size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    List<String> lines =
        rows.stream()
            .map(row -> line(row, widths))
            .collect(Collectors.toCollection(ArrayList::new));
    lines.add(1, lines.get(0).replaceAll("[^|]", "-"));
    return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  private static String line(List<String> row, int[] widths) {
    return IntStream.range(0, widths.length)
        .mapToObj(column -> row.get(column) + " ".repeat(widths[column] - row.get(column).length()))
        .collect(Collectors.joining(" | ", "| ", " |"));
  }
}
