package dev.sparkresnet.datasets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What users have in place of the binary files, and how it may be wrapped. */
class OtherEditionsTest {
  private static final String BINARY =
      "the binary edition is needed, which submit/job.sh stage-dataset --download TARGET fetches";
  private static final String UNPACK = "unpack it and give the folder";
  private static final String FETCH =
      "fetch it again, submit/job.sh stage-dataset --download TARGET" + " does";

  private final Configuration configuration = CifarFiles.configuration();

  @TempDir private Path directory;

  private static Stream<Arguments> foldersOfOthers() {
    return Stream.of(
        of(
            "data_batch_1 data_batch_2 test_batch batches.meta",
            "here is the Python edition (batches.meta): " + BINARY),
        of(
            "cifar-10-batches-py/data_batch_1 cifar-10-batches-py/readme.html",
            "here is the Python edition (cifar-10-batches-py/data_batch_1): " + BINARY),
        of(
            "data_batch_1.mat test_batch.mat",
            "here is the Matlab edition (data_batch_1.mat): " + BINARY),
        of(
            "train.bin test.bin fine_label_names.txt",
            "here is CIFAR-100 (fine_label_names.txt): CIFAR-10 is needed, which submit/job.sh"
                + " stage-dataset --download TARGET fetches"),
        of(
            "cifar-100-python/train cifar-100-python/test cifar-100-python/meta",
            "here is CIFAR-100 for Python (cifar-100-python/meta): CIFAR-10 in its binary edition is"
                + " needed, which submit/job.sh stage-dataset --download TARGET fetches"),
        of(
            "train/cat/0001.PNG train/dog/0002.PNG trainLabels.csv",
            "here is pictures, one a file (train/cat/0001.PNG): " + BINARY),
        of("train/1.jpeg", "here is pictures, one a file (train/1.jpeg): " + BINARY),
        of("trainLabels.csv", "here is a table of text (trainLabels.csv): " + BINARY),
        of(
            "plain_text/train-00000-of-00001.parquet",
            "here is Parquet (plain_text/train-00000-of-00001.parquet): " + BINARY),
        of(
            "cifar10-train.tfrecord-00000-of-00001",
            "here is TFRecord files (cifar10-train.tfrecord-00000-of-00001): " + BINARY),
        of("x_train.npy", "here is NumPy arrays (x_train.npy): " + BINARY),
        of("cifar.h5", "here is HDF5 (cifar.h5): " + BINARY),
        of("train-images-idx3-ubyte", "here is MNIST (train-images-idx3-ubyte): " + BINARY),
        of(
            "data_batch_1.bin.gz test_batch.bin.gz",
            "here is batches that are packed one by one (data_batch_1.bin.gz): unpack them, such as"
                + " with gunzip *.gz"),
        of(
            "DATA_BATCH_1.BIN TEST_BATCH.BIN",
            "here is batches in upper case (DATA_BATCH_1.BIN): rename them to data_batch_1.bin,"
                + " test_batch.bin and so on, in lower case"),
        of(
            "data_batch_1.bin._COPYING_",
            "here is a file that is still being copied, or whose copy was interrupted"
                + " (data_batch_1.bin._COPYING_): wait for it or copy it again"),
        of(
            "cifar10.zip",
            "here is an archive (cifar10.zip): give the path of a tar.gz or tar itself, unpack any"
                + " other"),
        of(
            "notes.txt a b c d e",
            "data_batch_1.bin is missing; test_batch.bin is missing; here is a, b, c, d, e, and"
                + " others"));
  }

  private static Arguments of(String files, String why) {
    return Arguments.of(files, why);
  }

  @ParameterizedTest
  @MethodSource("foldersOfOthers")
  void aFolderOfAnotherEditionIsNamedWithTheCure(String files, String why) throws IOException {
    for (String file : files.split(" ", -1)) {
      write(file, new byte[] {1});
    }
    assertRefused(directory, why);
  }

  @ParameterizedTest
  @MethodSource("foldersOfOthers")
  void anArchiveOfAnotherEditionIsNamedWithTheCure(String files, String why) throws IOException {
    Path file = directory.resolve("any.tar.gz");
    try (CifarFiles.Archive archive = new CifarFiles.Archive(file)) {
      for (String name : files.split(" ", -1)) {
        archive.file(name, new byte[] {1});
      }
    }
    assertRefused(file, why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PK\\x03\\x04 | is a zip archive | " + UNPACK,
        "7z\\xbc\\xaf'\\x1c | is a 7z archive | " + UNPACK,
        "BZh91AY | is packed by bzip2 | " + UNPACK,
        "\\xfd7zXZ\\x00 | is packed by xz | " + UNPACK,
        "(\\xb5/\\xfd | is packed by zstd | " + UNPACK,
        "version https://git-lfs.github.com/spec/v1 | is a pointer of Git LFS, not the file | run git lfs pull",
        "\\x0a <!DOCTYPE HTML> | is a web page that was saved under the name of an archive | "
            + "FETCH",
        "PAR1 | is Parquet | " + BINARY,
        "MATLAB 5.0 MAT-file | is the Matlab edition | " + BINARY,
        "\\x89HDF | is HDF5 | " + BINARY,
        "\\x80\\x02}q | is a pickle of the Python edition | " + BINARY,
        "\\x89PNG | is an image | " + BINARY,
        "\\x93NUMPY | is a NumPy array | " + BINARY,
        "CIFAR-10, but as prose | is neither a tar.gz nor a tar archive | " + BINARY,
      })
  void aFileIsNamedByItsFirstBytesWhateverItIsCalled(String start, String what, String cure)
      throws IOException {
    Path file = write("cifar-10-binary.tar.gz", bytes(start));
    String why = "it %s: %s".formatted(what, cure.replace("FETCH", FETCH));
    assertRefused(file, why);

    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(bytes(start));
    }
    assertRefused(file, why);
  }

  @Test
  void aFileWithoutTellingBytesIsNamedByItsName() throws IOException {
    assertRefused(
        write("train.bin", new byte[3074]),
        "it is CIFAR-100: CIFAR-10 is needed, which submit/job.sh stage-dataset --download TARGET"
            + " fetches");
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(CifarFiles.records(2, 1));
    }
    assertRefused(
        write("data_batch_1.bin.gz", packed.toByteArray()),
        "it is batches that are packed one by one: unpack them, such as with gunzip *.gz");
  }

  @Test
  void anEmptyAndAnInterruptedDownloadAreToBeFetchedAgain() throws IOException {
    Path file = write("cifar-10-binary.tar.gz", new byte[0]);
    assertRefused(file, "it is empty: " + FETCH);

    byte[] whole = CifarFiles.Archive.bytesOf(CifarFiles.records(5, 1), CifarFiles.records(3, 2));
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    assertRefused(file, "it ends too early, as after a copy that was interrupted: copy it again");
  }

  @Test
  void oneFileOfAFolderPointsToTheFolder() throws IOException {
    CifarFiles.writeDirectory(directory, 1, 2);
    String file = "file:" + directory.resolve("data_batch_1.bin");
    assertThatThrownBy(() -> CifarDataset.open(configuration, file))
        .hasMessage(
            "Cannot read dataset %s: it is one file of a dataset: give its folder, file:%s"
                .formatted(file, directory));
  }

  @Test
  void batchesThatAreNotUnpackedYetAreNamedBesideThoseThatAre() throws IOException {
    write("data_batch_1.bin", CifarFiles.records(1, 1));
    write("test_batch.bin.gz", new byte[1]);
    write("unrelated.csv", new byte[1]);
    assertRefused(
        directory,
        "test_batch.bin is missing; here is batches that are packed one by one"
            + " (test_batch.bin.gz): unpack them, such as with gunzip *.gz");
  }

  @ParameterizedTest
  @CsvSource({"a", "a/cifar-10-batches-bin", "cifar-10-batches-bin"})
  void aFolderAboveTheBatchesIsRead(String below) throws IOException {
    CifarFiles.writeDirectory(directory.resolve(below), 1, 2);
    Files.createDirectories(directory.resolve(".hidden/deep"));

    assertThat(open(directory).examples(Split.TRAINING)).isEqualTo(2);
  }

  @Test
  void aFolderAboveTheArchiveIsReadAsStagingLeavesIt() throws IOException {
    write(
        "set/cifar-10-binary.tar.gz",
        CifarFiles.Archive.bytesOf(CifarFiles.records(5, 1), CifarFiles.records(3, 2)));

    assertThat(open(directory).examples(Split.TRAINING)).isEqualTo(5);
  }

  @Test
  void aFolderAboveSeveralDatasetsIsRefusedWithTheirPaths() throws IOException {
    CifarFiles.writeDirectory(directory.resolve("a"), 1, 2);
    CifarFiles.writeDirectory(directory.resolve("b"), 1, 2);

    assertThatThrownBy(() -> open(directory))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            "Cannot read dataset file://%1$s/: it holds several datasets: give one of file:%1$s/a,"
                    .formatted(directory)
                + " file:%s/b".formatted(directory));
  }

  @ParameterizedTest
  @CsvSource({"cifar-10-binary", "cifar10/cifar-10-batches-bin", "./x"})
  void anyFolderInAnArchiveIsRead(String folder) throws IOException {
    Path file = directory.resolve("own.tgz");
    try (CifarFiles.Archive archive = new CifarFiles.Archive(file)) {
      archive
          .file(folder + "/._data_batch_1.bin", new byte[1])
          .file(folder + "/data_batch_1.bin", CifarFiles.records(5, 1))
          .file(folder + "/test_batch.bin", CifarFiles.records(3, 1));
    }
    assertThat(open(file).examples(Split.TRAINING)).isEqualTo(5);
  }

  @Test
  void batchesInSeveralFoldersOfAnArchiveAreRefused() throws IOException {
    Path file = directory.resolve("own.tgz");
    try (CifarFiles.Archive archive = new CifarFiles.Archive(file)) {
      archive
          .file("a/data_batch_1.bin", CifarFiles.records(5, 1))
          .file("b/test_batch.bin", CifarFiles.records(3, 1));
    }
    assertRefused(file, "its batches lie in several folders, 'a/' and 'b/'");
  }

  @Test
  void aTarThatIsNotPackedIsRead() throws IOException {
    Path file = directory.resolve("cifar.tar");
    byte[] packed = CifarFiles.Archive.bytesOf(CifarFiles.records(5, 1), CifarFiles.records(3, 2));
    Files.write(file, CifarFiles.unpacked(packed));

    CifarDataset dataset = open(file);

    List<CifarRecord> records =
        CifarFiles.list(dataset.slices(Split.TRAINING, 0, 1).get(0).read(configuration));
    assertThat(records).hasSize(5);
    assertThat(records.get(4).bytes())
        .isEqualTo(Arrays.copyOfRange(CifarFiles.records(5, 1), 4 * 3073, 5 * 3073));
  }

  @Test
  void symbolicLinksAreFollowed() throws IOException {
    Path real = CifarFiles.writeDirectory(directory.resolve("real"), 1, 2);
    Path links = Files.createDirectories(directory.resolve("links"));
    for (String file : List.of("data_batch_1.bin", "test_batch.bin")) {
      Files.createSymbolicLink(links.resolve(file), real.resolve(file));
    }
    Files.createSymbolicLink(directory.resolve("folder"), real);

    assertThat(open(links).examples(Split.TRAINING)).isEqualTo(2);
    assertThat(open(directory.resolve("folder")).examples(Split.TRAINING)).isEqualTo(2);
  }

  @Test
  void aSlashAtTheEndMakesNoDifferenceAndAWildcardIsNotExpanded() throws IOException {
    CifarFiles.writeDirectory(directory.resolve("set"), 1, 2);

    assertThat(CifarDataset.open(configuration, "file:" + directory + "/set/").examples(Split.TEST))
        .isEqualTo(1);
    String pattern = "file:" + directory + "/s*";
    assertThatThrownBy(() -> CifarDataset.open(configuration, pattern))
        .hasMessage(
            "Cannot read dataset %s: it does not exist, and wildcards are not expanded"
                .formatted(pattern));
  }

  @Test
  void aFileSystemWhoseConnectorIsNotThereIsNamedWithTheCure() {
    assertThatThrownBy(() -> CifarDataset.open(configuration, "s3a://bucket/cifar"))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            "Cannot read dataset s3a://bucket/cifar: Class org.apache.hadoop.fs.s3a.S3AFileSystem"
                + " not found: this Hadoop file system needs its connector, such as --packages"
                + " org.apache.hadoop:hadoop-aws:VERSION for s3a");
  }

  private Path write(String name, byte[] content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  private CifarDataset open(Path path) {
    return CifarDataset.open(configuration, path.toUri().toString());
  }

  private void assertRefused(Path path, String why) {
    assertThatThrownBy(() -> open(path))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage("Cannot read dataset file:%s: %s".formatted(path, why));
  }

  /** Bytes beyond ASCII are written as \x and two digits. */
  private static byte[] bytes(String text) {
    return java.util.regex.Pattern.compile("\\\\x(..)")
        .matcher(text)
        .replaceAll(
            found ->
                java.util.regex.Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(found.group(1), 16))))
        .getBytes(ISO_8859_1);
  }
}
