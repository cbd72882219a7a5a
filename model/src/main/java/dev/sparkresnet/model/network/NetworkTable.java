package dev.sparkresnet.model.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The stages of a network with output shapes, parameters and multiply-adds, by arithmetic from its
 * spec.
 *
 * @param rows one per stage, from the input to the predictions
 * @param parameters trainable parameters in all
 * @param batchNormStatistics running means and variances, which are not trained
 * @param multiplyAdds for one image, in all
 */
public record NetworkTable(
    List<Row> rows, long parameters, long batchNormStatistics, long multiplyAdds) {

  /**
   * One stage.
   *
   * @param outputShape batch, channels, height and width; batch and classes for the predictions
   * @param layers what the stage is made of
   * @param parameters trainable parameters
   * @param multiplyAdds of its convolutions and dense layers for one image
   */
  public record Row(
      String name, List<Long> outputShape, String layers, long parameters, long multiplyAdds) {

    static Row ofImage(
        String name, int batch, int channels, int size, String layers, long parameters, long work) {
      return new Row(
          name,
          List.of((long) batch, (long) channels, (long) size, (long) size),
          layers,
          parameters,
          work);
    }

    String shape() {
      return outputShape.stream().map(String::valueOf).collect(Collectors.joining("x"));
    }
  }

  /**
   * The table of a network.
   *
   * @param batch images that go in at once, the first number of every shape
   */
  public static NetworkTable of(NetworkSpec spec, int batch) {
    Architecture network = Architecture.of(spec);
    List<Row> rows = new ArrayList<>();
    rows.add(Row.ofImage("input", batch, spec.channels(), spec.inputSize(), "", 0, 0));
    rows.addAll(stem(network, batch));
    network.stages().forEach(stage -> rows.add(stage(stage, batch)));
    rows.add(
        Row.ofImage(
            Architecture.GLOBAL_POOL, batch, network.features(), 1, "global average pool", 0, 0));
    rows.add(
        new Row(
            Architecture.PREDICTIONS,
            List.of((long) batch, (long) spec.classes()),
            "dense, softmax",
            network.predictionParameters(),
            network.predictionMultiplyAdds()));
    return new NetworkTable(
        List.copyOf(rows),
        network.trainableParameters(),
        network.batchNormStatistics(),
        network.multiplyAdds());
  }

  private static List<Row> stem(Architecture network, int batch) {
    ConvolutionUnit stem = network.stem();
    List<Row> rows = new ArrayList<>();
    rows.add(
        Row.ofImage(
            stem.name(),
            batch,
            stem.outputChannels(),
            stem.outputSize(),
            "%s, BN, ReLU".formatted(kernel(stem)),
            stem.trainableParameters(),
            stem.multiplyAdds()));
    network.pool().ifPresent(pool -> rows.add(pool(pool, batch)));
    return rows;
  }

  private static Row pool(MaxPool pool, int batch) {
    return Row.ofImage(
        pool.name(),
        batch,
        pool.channels(),
        pool.outputSize(),
        String.format(
            Locale.ROOT, "max-pool %dx%d/%d", MaxPool.KERNEL, MaxPool.KERNEL, MaxPool.STRIDE),
        0,
        0);
  }

  private static Row stage(Stage stage, int batch) {
    String transform =
        stage.blocks().get(0).residual().stream()
            .map(each -> kernel(each) + " " + each.outputChannels())
            .collect(Collectors.joining(", "));
    return Row.ofImage(
        stage.name(),
        batch,
        stage.outputChannels(),
        stage.outputSize(),
        String.format(Locale.ROOT, "%d x [%s]", stage.blocks().size(), transform),
        stage.convolutions().mapToLong(ConvolutionUnit::trainableParameters).sum(),
        stage.convolutions().mapToLong(ConvolutionUnit::multiplyAdds).sum());
  }

  private static String kernel(ConvolutionUnit unit) {
    String size = String.format(Locale.ROOT, "%dx%d", unit.kernel(), unit.kernel());
    return unit.stride() == 1 ? size : size + "/" + unit.stride();
  }

  /** The table as plain text with aligned columns, without a line break at the end. */
  public String render() {
    List<String[]> cells = new ArrayList<>();
    cells.add(new String[] {"stage", "output", "layers", "parameters", "multiply-adds"});
    for (Row row : rows) {
      cells.add(
          new String[] {
            row.name,
            row.shape(),
            row.layers,
            numberOrBlank(row.parameters),
            numberOrBlank(row.multiplyAdds)
          });
    }
    cells.add(
        new String[] {"total", "", "for one image", number(parameters), number(multiplyAdds)});
    int[] widths = IntStream.range(0, 5).map(column -> width(cells, column)).toArray();
    String rule = Arrays.stream(widths).mapToObj("-"::repeat).collect(Collectors.joining("  "));
    List<String> lines =
        cells.stream()
            .map(row -> line(row, widths))
            .collect(Collectors.toCollection(ArrayList::new));
    lines.add(lines.size() - 1, rule);
    lines.add(1, rule);
    lines.add(
        "and %s batch-norm means and variances, which are measured, not trained"
            .formatted(number(batchNormStatistics)));
    return String.join("\n", lines);
  }

  private static int width(List<String[]> cells, int column) {
    return cells.stream().mapToInt(row -> row[column].length()).max().orElse(0);
  }

  private static String line(String[] row, int[] widths) {
    return String.join("  ", pad(row, widths)).stripTrailing();
  }

  private static String[] pad(String[] row, int[] widths) {
    String[] padded = new String[row.length];
    for (int column = 0; column < row.length; column++) {
      String blank = " ".repeat(widths[column] - row[column].length());
      boolean isNumber = column >= 3;
      padded[column] = isNumber ? blank + row[column] : row[column] + blank;
    }
    return padded;
  }

  private static String numberOrBlank(long value) {
    return value == 0 ? "" : number(value);
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
