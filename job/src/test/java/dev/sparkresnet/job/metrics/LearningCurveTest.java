package dev.sparkresnet.job.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearningCurveTest {
  private static final int TRAINING = 0x2F5D8C;
  private static final int TEST = 0xD1782A;
  private static final int PANEL = 600;
  private static final int BOTTOM_OF_PLOT = 400;

  @TempDir Path directory;

  @Test
  void drawsBothCurvesInBothPanels() throws IOException {
    BufferedImage image = draw(epochs(0.02, 0.02, 0.002));
    assertThat(image.getWidth()).isEqualTo(1200);
    assertThat(image.getHeight()).isEqualTo(500);
    for (int color : List.of(TRAINING, TEST)) {
      assertThat(columnsWith(color, image, 0)).hasSizeGreaterThan(450);
      assertThat(columnsWith(color, image, PANEL)).hasSizeGreaterThan(450);
    }
  }

  @Test
  void showsASingleEpochAsAPointInTheMiddle() throws IOException {
    BufferedImage image = draw(epochs(0.02));
    for (int color : List.of(TRAINING, TEST)) {
      for (int panel : List.of(0, PANEL)) {
        assertThat(columnsWith(color, image, panel))
            .isNotEmpty()
            .allSatisfy(column -> assertThat(column).isBetween(panel + 280, panel + 350));
      }
    }
  }

  @Test
  void marksEpochsAfterWhichTheLearningRateDrops() {
    assertThat(LearningCurve.drops(epochs(0.02, 0.02, 0.002, 0.002, 0.0002))).containsExactly(2, 4);
  }

  @Test
  void doesNotMarkALearningRateThatFallsGradually() {
    assertThat(LearningCurve.drops(epochs(0.02, 0.018, 0.014, 0.008))).isEmpty();
  }

  @Test
  void isAFileOfTheRunDirectory() throws IOException {
    new LearningCurve(new Configuration(), directory.toUri().toString()).write(epochs(0.02));
    assertThat(Files.readAllBytes(directory.resolve("learning-curve.png")))
        .isEqualTo(LearningCurve.png(epochs(0.02)));
  }

  private static List<EpochMetrics> epochs(double... learningRates) {
    return IntStream.rangeClosed(1, learningRates.length)
        .mapToObj(
            epoch ->
                new EpochMetrics(
                    epoch,
                    2.0 / epoch,
                    1 - 0.7 / epoch,
                    2.2 / epoch,
                    1 - 0.8 / epoch,
                    learningRates[epoch - 1],
                    1000,
                    100,
                    10,
                    100,
                    2))
        .toList();
  }

  private static BufferedImage draw(List<EpochMetrics> epochs) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(LearningCurve.png(epochs)));
  }

  /** The columns of a panel in which a colour occurs above the legend. */
  private static List<Integer> columnsWith(int color, BufferedImage image, int panel) {
    return IntStream.range(panel, panel + PANEL)
        .filter(
            x ->
                IntStream.range(0, BOTTOM_OF_PLOT)
                    .anyMatch(y -> (image.getRGB(x, y) & 0xFFFFFF) == color))
        .boxed()
        .toList();
  }
}
