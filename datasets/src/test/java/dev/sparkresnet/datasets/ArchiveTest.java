package dev.sparkresnet.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveTest {
  private static final byte[] FIRST = CifarFiles.records(5, 1);
  private static final byte[] SECOND = CifarFiles.records(7, 2);
  private static final byte[] TEST = CifarFiles.records(3, 3);

  private final Configuration configuration = CifarFiles.configuration();

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void name() {
    file = directory.resolve("cifar-10-binary.tar.gz");
  }

  @Test
  void readsRecordsInIndexOrderWhateverTheOrderOfTheEntries() throws IOException {
    try (CifarFiles.Archive archive = new CifarFiles.Archive(file)) {
      archive
          .directory("cifar-10-batches-bin")
          .file("cifar-10-batches-bin/data_batch_2.bin", SECOND)
          .file("cifar-10-batches-bin/readme.html", "<html>")
          .file("cifar-10-batches-bin/test_batch.bin", TEST)
          .file("cifar-10-batches-bin/data_batch_1.bin", FIRST)
          .file("cifar-10-batches-bin/batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
    }

    CifarDataset dataset = open();

    assertThat(dataset.classNames()).startsWith("a").hasSize(10);
    assertThat(bytes(dataset.slices(Split.TEST, 0, 1))).isEqualTo(TEST);
    byte[] training = Arrays.copyOf(FIRST, 12 * 3073);
    System.arraycopy(SECOND, 0, training, 5 * 3073, 7 * 3073);
    assertThat(bytes(dataset.slices(Split.TRAINING, 0, 1))).isEqualTo(training);
    assertThat(bytes(dataset.slices(Split.TRAINING, 0, 5))).isEqualTo(training);
  }

  @Test
  void acceptsFilesAtTheTop() throws IOException {
    try (CifarFiles.Archive archive = new CifarFiles.Archive(file)) {
      archive.file("./data_batch_1.bin", FIRST).file("test_batch.bin", TEST);
    }

    assertThat(open().examples(Split.TRAINING)).isEqualTo(5);
  }

  @Test
  void passesOverEverythingThatIsNotABatchFile() throws IOException {
    try (CifarFiles.Archive archive = new CifarFiles.Archive(file)) {
      archive
          .file("../data_batch_1.bin", SECOND)
          .file("/data_batch_1.bin", SECOND)
          .file("cifar-10-batches-bin/../data_batch_2.bin", SECOND)
          .symbolicLink("latest", "/etc/passwd")
          .file("data_batch_1.bin", FIRST)
          .file("test_batch.bin", TEST);
    }

    assertThat(bytes(open().slices(Split.TRAINING, 0, 1))).isEqualTo(FIRST);
    assertThat(directory.getParent().resolve("data_batch_1.bin")).doesNotExist();
  }

  @Test
  void refusesLinksInPlaceOfBatchFiles() throws IOException {
    try (CifarFiles.Archive archive = new CifarFiles.Archive(file)) {
      archive.symbolicLink("data_batch_1.bin", "/etc/passwd").file("test_batch.bin", TEST);
    }
    assertRefused("data_batch_1.bin is not a plain file");

    try (CifarFiles.Archive archive = new CifarFiles.Archive(file)) {
      archive.file("data_batch_1.bin", FIRST).hardLink("test_batch.bin", "data_batch_1.bin");
    }
    assertRefused("test_batch.bin is not a plain file");
  }

  @Test
  void refusesAFileThatIsThereTwice() throws IOException {
    try (CifarFiles.Archive archive = new CifarFiles.Archive(file)) {
      archive
          .file("data_batch_1.bin", FIRST)
          .file("cifar-10-batches-bin/data_batch_1.bin", SECOND)
          .file("test_batch.bin", TEST);
    }

    assertRefused("data_batch_1.bin is there twice");
  }

  @Test
  void checksPresenceAndLengthAsForADirectory() throws IOException {
    try (CifarFiles.Archive archive = new CifarFiles.Archive(file)) {
      archive.file("data_batch_1.bin", new byte[100]).file("data_batch_2.bin", new byte[0]);
    }

    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            "Cannot read dataset file:%s: data_batch_1.bin has 100 bytes, which is not a multiple "
                    .formatted(file)
                + "of 3073; data_batch_2.bin is empty; test_batch.bin is missing");
  }

  @Test
  void refusesAnEntryThatClaimsToBeHuge() throws IOException {
    writeTar(header("data_batch_1.bin", '0', 3073L * 600_001));

    assertRefused("it unpacks to more than 1843800000 bytes");
  }

  @Test
  void refusesEntriesThatAreHugeTogether() throws IOException {
    byte[] chunk = new byte[1 << 20];
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(header("unrelated", '0', 50 << 20));
      for (int i = 0; i < 50; i++) {
        out.write(chunk);
      }
      out.write(header("data_batch_1.bin", '0', 3073L * 600_000));
    }

    assertRefused("it unpacks to more than 1843800000 bytes");
  }

  @Test
  void doesNotHoldAnEndlessEntryNameInMemory() throws IOException {
    byte[] chunk = new byte[1 << 20];
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(header("././@LongLink", 'L', 64 << 20));
      for (int i = 0; i < 64; i++) {
        out.write(chunk);
      }
    }

    assertRefused("it has more between its entries than an archive of batches can have");
  }

  @Test
  void refusesATruncatedArchive() throws IOException {
    byte[] whole = CifarFiles.Archive.bytesOf(FIRST, TEST);
    Files.write(file, Arrays.copyOf(whole, whole.length - 9));
    assertRefused("it ends too early, as after a copy that was interrupted: copy it again");
  }

  @Test
  void refusesAnArchiveWithAWrongChecksum() throws IOException {
    byte[] whole = CifarFiles.Archive.bytesOf(FIRST, TEST);
    whole[whole.length - 8] ^= 1;
    Files.write(file, whole);

    assertRefused("Corrupt GZIP trailer");
  }

  private void assertRefused(String why) {
    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage("Cannot read dataset file:%s: %s".formatted(file, why));
  }

  private CifarDataset open() {
    return CifarDataset.open(configuration, "file:" + file);
  }

  private byte[] bytes(List<Slice> slices) {
    List<CifarRecord> records =
        slices.stream().flatMap(s -> CifarFiles.list(s.read(configuration)).stream()).toList();
    ByteBuffer all = ByteBuffer.allocate(records.size() * 3073);
    for (CifarRecord record : records) {
      assertThat(record.index()).isEqualTo(all.position() / 3073);
      all.put(record.bytes());
    }
    return all.array();
  }

  private void writeTar(byte[] content) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(content);
    }
  }

  /** Returns the block in front of an entry, by the POSIX ustar layout. */
  private static byte[] header(String name, char kind, long size) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, "0000644\0");
    put(header, 124, String.format(Locale.ROOT, "%011o\0", size));
    put(header, 136, "00000000000\0");
    put(header, 148, "        ");
    header[156] = (byte) kind;
    put(header, 257, "ustar\00000");
    int sum = 0;
    for (byte value : header) {
      sum += Byte.toUnsignedInt(value);
    }
    put(header, 148, String.format(Locale.ROOT, "%06o\0 ", sum));
    return header;
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
