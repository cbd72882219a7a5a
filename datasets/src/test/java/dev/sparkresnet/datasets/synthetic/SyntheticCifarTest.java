package dev.sparkresnet.datasets.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.datasets.CifarDataset;
import dev.sparkresnet.datasets.CifarFiles;
import dev.sparkresnet.datasets.CifarRecord;
import dev.sparkresnet.datasets.InvalidDatasetException;
import dev.sparkresnet.datasets.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyntheticCifarTest {
  private final Configuration configuration = CifarFiles.configuration();

  @TempDir private Path directory;

  @Test
  void writesTheOfficialLayout() {
    generate("set", 50, 20, 1);

    CifarDataset dataset = open("set");
    assertThat(dataset.examples(Split.TRAINING)).isEqualTo(50);
    assertThat(dataset.examples(Split.TEST)).isEqualTo(20);
    assertThat(dataset.classNames())
        .containsExactly(
            "disc",
            "square",
            "triangle",
            "ring",
            "cross",
            "star",
            "heart",
            "crescent",
            "hourglass",
            "flower");
    assertThat(directory.resolve("set/data_batch_5.bin")).hasSize(10 * 3073);
  }

  @Test
  void writesOneTrainingFileIfFiveWouldBeUneven() {
    generate("set", 7, 1, 1);

    assertThat(directory.resolve("set/data_batch_1.bin")).hasSize(7 * 3073);
    assertThat(directory.resolve("set/data_batch_2.bin")).doesNotExist();
  }

  @Test
  void dependsOnTheSeedAlone() {
    generate("first", 30, 10, 5);
    generate("second", 30, 10, 5);
    generate("other", 30, 10, 6);

    assertThat(records("second", Split.TRAINING)).isEqualTo(records("first", Split.TRAINING));
    assertThat(records("second", Split.TEST)).isEqualTo(records("first", Split.TEST));
    assertThat(records("other", Split.TRAINING))
        .doesNotContainAnyElementsOf(records("first", Split.TRAINING));
    assertThat(records("first", Split.TRAINING))
        .doesNotContainAnyElementsOf(records("first", Split.TEST));
  }

  @Test
  void drawsAllMotifsEquallyOftenAndMislabelsAFewPercent() {
    generate("set", 1, 3000, 9);
    int[] motifs = SyntheticCifar.motifs(Split.TEST, 3000, 9);

    long[] counts = new long[10];
    IntStream.of(motifs).forEach(motif -> counts[motif]++);
    assertThat(counts).containsOnly(300);
    long mislabelled =
        records("set", Split.TEST).stream().filter(r -> r.label() != motifs[r.index()]).count();
    // Five standard deviations of a binomial count of mean 90.
    assertThat(mislabelled).isBetween(90L - 47, 90L + 47);
  }

  /** Chance is 10 %. What colours alone tell must not be enough for a linear model. */
  @Test
  void aLinearModelLearnsSomethingButFarFromEverything() {
    generate("set", 1000, 500, 3);
    SoftmaxRegression model = new SoftmaxRegression();
    for (int epoch = 0; epoch < 5; epoch++) {
      records("set", Split.TRAINING).forEach(model::learn);
    }

    List<CifarRecord> test = records("set", Split.TEST);
    long right = test.stream().filter(record -> model.predict(record) == record.label()).count();

    assertThat((double) right / test.size()).isBetween(0.2, 0.7);
  }

  @Test
  void fillsADirectoryThatIsEmpty() throws IOException {
    Files.createDirectory(directory.resolve("set"));

    generate("set", 1, 1, 1);

    assertThat(open("set").examples(Split.TRAINING)).isEqualTo(1);
  }

  @Test
  void leavesADirectoryAloneThatIsNotEmpty() throws IOException {
    Files.createDirectory(directory.resolve("set"));
    Files.writeString(directory.resolve("set/precious"), "x");

    assertThatThrownBy(() -> generate("set", 1, 1, 1))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            "Cannot write dataset file:%s/set: the directory is not empty".formatted(directory));
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.filter(Files::isRegularFile))
          .containsExactly(directory.resolve("set/precious"));
    }
  }

  @Test
  void refusesAnEmptySplit() {
    assertThatThrownBy(() -> generate("set", 10, 0, 1))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            "Cannot write dataset file:%s/set: 10 training and 0 test examples: "
                    .formatted(directory)
                + "both must be at least 1");
  }

  @Test
  void saysThatTheFileSystemCannotBeReached() {
    configuration.setInt("ipc.client.connect.max.retries", 1);
    assertThatThrownBy(
            () -> SyntheticCifar.generate(configuration, "hdfs://localhost:1/set", 1, 1, 1))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            "Cannot write dataset hdfs://localhost:1/set: no connection (Connection refused)");
  }

  private void generate(String name, int trainingExamples, int testExamples, long seed) {
    SyntheticCifar.generate(configuration, path(name), trainingExamples, testExamples, seed);
  }

  private CifarDataset open(String name) {
    return CifarDataset.open(configuration, path(name));
  }

  private String path(String name) {
    return "file:" + directory.resolve(name);
  }

  private List<CifarRecord> records(String name, Split split) {
    return open(name).slices(split, 0, 1).stream()
        .flatMap(slice -> CifarFiles.list(slice.read(configuration)).stream())
        .toList();
  }

  /** Multinomial logistic regression on centred pixels by plain stochastic gradient descent. */
  private static final class SoftmaxRegression {
    private static final double LEARNING_RATE = 1e-3;

    private final double[][] weights = new double[10][3073];

    void learn(CifarRecord record) {
      double[] probabilities = probabilities(record);
      for (int label = 0; label < 10; label++) {
        double error = probabilities[label] - (label == record.label() ? 1 : 0);
        for (int at = 0; at < 3073; at++) {
          weights[label][at] -= LEARNING_RATE * error * input(record, at);
        }
      }
    }

    int predict(CifarRecord record) {
      double[] probabilities = probabilities(record);
      return IntStream.range(0, 10)
          .reduce((best, label) -> probabilities[label] > probabilities[best] ? label : best)
          .orElseThrow();
    }

    private double[] probabilities(CifarRecord record) {
      double[] scores = new double[10];
      for (int label = 0; label < 10; label++) {
        for (int at = 0; at < 3073; at++) {
          scores[label] += weights[label][at] * input(record, at);
        }
      }
      double highest = IntStream.range(0, 10).mapToDouble(i -> scores[i]).max().orElseThrow();
      double sum = 0;
      for (int label = 0; label < 10; label++) {
        scores[label] = Math.exp(scores[label] - highest);
        sum += scores[label];
      }
      for (int label = 0; label < 10; label++) {
        scores[label] /= sum;
      }
      return scores;
    }

    private static double input(CifarRecord record, int at) {
      return at == 0 ? 1 : (record.bytes()[at] & 0xff) / 255.0 - 0.5;
    }
  }
}
