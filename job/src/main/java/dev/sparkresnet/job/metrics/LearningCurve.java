package dev.sparkresnet.job.metrics;

import dev.sparkresnet.job.storage.AtomicFile;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The file {@code learning-curve.png} of a run directory: loss and accuracy over epochs. */
public final class LearningCurve {
  public static final String NAME = "learning-curve.png";
  static final int WIDTH = 1200;
  static final int HEIGHT = 500;

  private static final Color TRAINING = new Color(0x2F5D8C);
  private static final Color TEST = new Color(0xD1782A);
  private static final Color INK = new Color(0x333333);
  private static final Color GRID = new Color(0xE4E4E4);
  private static final Color DROP = new Color(0xB0B0B0);
  private static final int MOST_TICKS = 12;

  private final AtomicFile file;

  public LearningCurve(Configuration configuration, String runDirectory) {
    this.file = new AtomicFile(configuration, runDirectory, NAME);
  }

  /**
   * Replaces the file by the curve of these epochs, at least one, in ascending order.
   *
   * @throws UncheckedIOException if the run directory cannot be written
   */
  public void write(List<EpochMetrics> epochs) {
    file.replace(png(epochs));
  }

  /**
   * Draws a curve and throws it away.
   *
   * @return what it came to; whatever keeps this machine from drawing is thrown
   */
  public static String tryOut() {
    byte[] drawn = png(List.of(new EpochMetrics(1, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1)));
    return String.format(Locale.ROOT, "%d bytes", drawn.length);
  }

  static byte[] png(List<EpochMetrics> epochs) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D canvas = image.createGraphics();
    int half = WIDTH / 2;
    loss(epochs).paint(canvas, half, HEIGHT);
    canvas.translate(half, 0);
    accuracy(epochs).paint(canvas, half, HEIGHT);
    canvas.dispose();
    return encode(image);
  }

  private static byte[] encode(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot encode " + NAME, e);
    }
    return bytes.toByteArray();
  }

  private static XYChart loss(List<EpochMetrics> epochs) {
    XYChart chart = panel("Loss (cross-entropy)", epochs);
    addSeries(chart, "train", TRAINING, epochs, EpochMetrics::trainLoss);
    addSeries(chart, "test", TEST, epochs, EpochMetrics::testLoss);
    double highest =
        epochs.stream()
            .mapToDouble(epoch -> Math.max(epoch.trainLoss(), epoch.testLoss()))
            .max()
            .orElseThrow();
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.1 * highest).setYAxisDecimalPattern("0.0#");
    return chart;
  }

  private static XYChart accuracy(List<EpochMetrics> epochs) {
    XYChart chart = panel("Accuracy in %", epochs);
    addSeries(chart, "train", TRAINING, epochs, epoch -> 100 * epoch.trainAccuracy());
    addSeries(chart, "test", TEST, epochs, epoch -> 100 * epoch.testAccuracy());
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(100.0);
    return chart;
  }

  private static XYChart panel(String title, List<EpochMetrics> epochs) {
    List<Integer> drops = drops(epochs);
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH / 2)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(drops.isEmpty() ? "epoch" : "epoch (grey: the learning rate drops)")
            .build();
    style(chart.getStyler());
    markEpochs(chart.getStyler(), epochs.get(epochs.size() - 1).epoch());
    drops.forEach(epoch -> chart.addAnnotation(new AnnotationLine(epoch, true, false)));
    return chart;
  }

  private static void style(XYStyler styler) {
    Font text = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1f));
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setChartFontColor(INK);
    styler.setChartTitleFont(text.deriveFont(Font.BOLD, 16f));
    styler.setChartTitleBoxVisible(false);
    styler.setAxisTitleFont(text);
    styler.setAxisTickLabelsFont(text);
    styler.setAxisTickLabelsColor(INK);
    styler.setLegendFont(text);
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendLayout(LegendLayout.Horizontal);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setMarkerSize(6);
    styler.setChartPadding(14);
    styler.setAnnotationLineColor(DROP);
    styler.setAnnotationLineStroke(new BasicStroke(1f));
  }

  private static void markEpochs(XYStyler styler, int last) {
    boolean single = last == 1;
    styler.setXAxisMin(single ? 0.0 : 1.0);
    styler.setXAxisMax(single ? 2.0 : (double) last);
    styler.setXAxisDecimalPattern("0");
    styler.setXAxisMaxLabelCount(Math.min(last + 1, MOST_TICKS));
  }

  /** The epochs after which the learning rate falls to less than half at once. */
  static List<Integer> drops(List<EpochMetrics> epochs) {
    return IntStream.range(1, epochs.size())
        .filter(
            index -> epochs.get(index).learningRate() < epochs.get(index - 1).learningRate() / 2)
        .mapToObj(index -> epochs.get(index - 1).epoch())
        .toList();
  }

  private static void addSeries(
      XYChart chart,
      String name,
      Color color,
      List<EpochMetrics> epochs,
      ToDoubleFunction<EpochMetrics> value) {
    double[] x = epochs.stream().mapToDouble(EpochMetrics::epoch).toArray();
    XYSeries series = chart.addSeries(name, x, epochs.stream().mapToDouble(value).toArray());
    series.setLineColor(color);
    series.setMarkerColor(color);
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setLineWidth(2.5f);
  }
}
