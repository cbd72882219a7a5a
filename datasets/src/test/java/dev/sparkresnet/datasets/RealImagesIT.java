package dev.sparkresnet.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Reads the real CIFAR-10, where a copy of it lies beside the repository. */
@EnabledIf("isThere")
@Tag("long")
class RealImagesIT {
  private static final Path UNPACK = Path.of("../../shared/cifar10/unpack.sh");
  private static final Configuration CONFIGURATION = CifarFiles.configuration();

  private static CifarDataset dataset;

  static boolean isThere() {
    return Files.exists(UNPACK);
  }

  @BeforeAll
  static void unpack() throws Exception {
    Path directory = Path.of("target/cifar10").toAbsolutePath();
    Process process =
        new ProcessBuilder(UNPACK.toString(), directory.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).isZero();
    dataset = CifarDataset.open(CONFIGURATION, directory.toUri().toString());
  }

  @Test
  void hasTheOfficialNumbersOfExamples() {
    assertThat(dataset.examples(Split.TRAINING)).isEqualTo(CifarFormat.TRAINING_EXAMPLES);
    assertThat(dataset.examples(Split.TEST)).isEqualTo(CifarFormat.TEST_EXAMPLES);
    assertThat(dataset.classNames()).isEqualTo(CifarFormat.CLASS_NAMES);
  }

  @Test
  void hasAllClassesEquallyOften() {
    long[] counts = new long[10];
    for (Slice slice : dataset.slices(Split.TRAINING, 0, 4)) {
      slice.read(CONFIGURATION).forEachRemaining(record -> counts[record.label()]++);
    }

    assertThat(counts).containsOnly(5000);
  }

  /** The published statistics of the original; the copy went through JPEG, which smooths. */
  @Test
  void hasThePublishedChannelStatistics() {
    List<Slice> slices = dataset.slices(Split.TRAINING, 0, 1);
    ChannelStatistics statistics =
        slices.stream()
            .map(slice -> ChannelStatistics.of(slice.read(CONFIGURATION)))
            .reduce(ChannelStatistics::merge)
            .orElseThrow();

    assertThat(statistics.mean())
        .containsExactly(new double[] {0.4914, 0.4822, 0.4465}, within(1e-3));
    assertThat(statistics.standardDeviation())
        .containsExactly(new double[] {0.2470, 0.2435, 0.2616}, within(2e-3));
  }
}
