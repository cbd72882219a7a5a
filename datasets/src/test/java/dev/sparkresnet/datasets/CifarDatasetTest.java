package dev.sparkresnet.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CifarDatasetTest {
  private final Configuration configuration = CifarFiles.configuration();

  @TempDir private Path directory;

  @Test
  void readsAllExamplesOfADirectoryInIndexOrder() throws IOException {
    CifarFiles.writeDirectory(directory, 4, 5, 7);

    CifarDataset dataset = open();

    assertThat(dataset.examples(Split.TRAINING)).isEqualTo(12);
    assertThat(dataset.examples(Split.TEST)).isEqualTo(4);
    List<CifarRecord> records = read(dataset.slices(Split.TRAINING, 0, 1));
    assertThat(records).extracting(CifarRecord::index).containsExactly(upTo(12));
    assertThat(records.get(6).bytes()).isEqualTo(recordOf("data_batch_2.bin", 1));
    assertThat(read(dataset.slices(Split.TEST, 0, 1)).get(3).bytes())
        .isEqualTo(recordOf("test_batch.bin", 3));
  }

  @Test
  void findsTheDirectoryOfTheOfficialArchiveInADirectory() throws IOException {
    CifarFiles.writeDirectory(directory.resolve("cifar-10-batches-bin"), 1, 2);

    assertThat(open().examples(Split.TRAINING)).isEqualTo(2);
  }

  @Test
  void takesAPathWithoutASchemeFromTheDefaultFileSystem() throws IOException {
    CifarFiles.writeDirectory(directory, 1, 2);

    CifarDataset dataset = CifarDataset.open(configuration, directory.toString());

    assertThat(dataset.examples(Split.TRAINING)).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "0, 2", "0, 3", "0, 5", "0, 12", "0, 40", "6, 1", "5, 1", "5, 4", "1, 3"})
  void slicesCoverTheFirstExamplesOnceAndInOrder(int limit, int minimumSlices) throws IOException {
    CifarFiles.writeDirectory(directory, 1, 5, 7);
    int wanted = limit == 0 ? 12 : limit;

    List<Slice> slices = open().slices(Split.TRAINING, limit, minimumSlices);

    assertThat(slices).hasSizeGreaterThanOrEqualTo(Math.min(minimumSlices, wanted));
    assertThat(slices)
        .extracting(Slice::count)
        .allMatch(count -> count > 0 && count <= Math.ceil((double) wanted / minimumSlices));
    assertThat(read(slices)).extracting(CifarRecord::index).containsExactly(upTo(wanted));
  }

  /** One more than replicas would be a second wave of tasks. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 6, 7})
  void aSplitOfOneFileHasExactlyAsManySlicesAsAreWanted(int slices) throws IOException {
    CifarFiles.writeDirectory(directory, 10, 1);
    assertThat(open().slices(Split.TEST, 0, slices)).hasSize(slices);
  }

  @Test
  void refusesALimitAboveWhatIsThere() throws IOException {
    CifarFiles.writeDirectory(directory, 3, 5, 7);
    CifarDataset dataset = open();

    assertThatThrownBy(() -> dataset.slices(Split.TRAINING, 13, 1))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(cannotRead("the limit of 13 is above the 12 training examples that are there"));
    assertThatThrownBy(() -> dataset.slices(Split.TEST, 4, 1))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(cannotRead("the limit of 4 is above the 3 test examples that are there"));
  }

  @Test
  void takesClassNamesFromTheDatasetIfItHasThem() throws IOException {
    CifarFiles.writeDirectory(directory, 1, 1);
    assertThat(open().classNames()).isEqualTo(CifarFormat.CLASS_NAMES);

    Files.writeString(
        directory.resolve("batches.meta.txt"), "a\nb\nc\r\nd\ne\nf\ng\nh\ni\n j \n\n");
    assertThat(open().classNames())
        .containsExactly("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
  }

  @Test
  void refusesANumberOfClassNamesOtherThanTen() throws IOException {
    CifarFiles.writeDirectory(directory, 1, 1);
    Files.writeString(directory.resolve("batches.meta.txt"), "a\nb\n");

    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(cannotRead("batches.meta.txt names 2 classes, not 10"));
  }

  @Test
  void refusesAPathAtWhichNothingIs() {
    assertThatThrownBy(() -> CifarDataset.open(configuration, directory + "/absent"))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage("Cannot read dataset %s/absent: it does not exist".formatted(directory));
  }

  @Test
  void namesAllProblemsOfTheFilesAtOnce() throws IOException {
    Files.write(directory.resolve("data_batch_1.bin"), new byte[5000]);
    Files.createFile(directory.resolve("data_batch_2.bin"));
    Files.write(directory.resolve("data_batch_4.bin"), CifarFiles.records(1, 1));

    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            cannotRead(
                "data_batch_1.bin has 5000 bytes, which is not a multiple of 3073; "
                    + "data_batch_2.bin is empty; data_batch_3.bin is missing; "
                    + "test_batch.bin is missing"));
  }

  @Test
  void refusesADirectoryWithoutDatasetFiles() {
    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            cannotRead("data_batch_1.bin is missing; test_batch.bin is missing; here is nothing"));
  }

  @Test
  void refusesADirectoryInPlaceOfAFile() throws IOException {
    CifarFiles.writeDirectory(directory, 1, 1);
    Files.createDirectory(directory.resolve("data_batch_2.bin"));

    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(cannotRead("data_batch_2.bin is not a plain file"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hdfs://localhost:1/cifar | no connection (Connection refused)",
        "hdfs://no-such-host.invalid/cifar | unknown host (no-such-host.invalid)",
        "nowhere://host/cifar | No FileSystem for scheme \"nowhere\"",
        "file://host/cifar | Wrong FS: file://host/cifar, expected: file:///",
      })
  void saysInOneLineThatAFileSystemCannotBeReached(String path, String why) {
    assertThatThrownBy(() -> CifarDataset.open(configuration, path))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage("Cannot read dataset %s: %s".formatted(path, why));
  }

  @Test
  void refusesAnEmptyPath() {
    assertThatThrownBy(() -> CifarDataset.open(configuration, ""))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage("Cannot read dataset : Can not create a Path from an empty string");
  }

  private CifarDataset open() {
    return CifarDataset.open(configuration, directory.toUri().toString());
  }

  private String cannotRead(String why) {
    return "Cannot read dataset file:%s: %s".formatted(directory, why);
  }

  private List<CifarRecord> read(List<Slice> slices) {
    return slices.stream()
        .flatMap(slice -> CifarFiles.list(slice.read(configuration)).stream())
        .toList();
  }

  private byte[] recordOf(String file, int record) throws IOException {
    byte[] bytes = Files.readAllBytes(directory.resolve(file));
    return Arrays.copyOfRange(bytes, record * 3073, (record + 1) * 3073);
  }

  private static Integer[] upTo(int end) {
    return IntStream.range(0, end).boxed().toArray(Integer[]::new);
  }
}
