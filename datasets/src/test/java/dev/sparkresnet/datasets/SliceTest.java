package dev.sparkresnet.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SliceTest {
  private final Configuration configuration = CifarFiles.configuration();

  @TempDir private Path directory;

  @Test
  void namesFileRecordAndValueOfALabelOutsideTheClasses() throws IOException {
    CifarFiles.writeDirectory(directory, 1, 5, 7);
    overwrite("data_batch_2.bin", 6 * 3073, (byte) 200);
    Iterator<CifarRecord> records = slices(12).get(11).read(configuration);

    assertThatThrownBy(records::next)
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(cannotRead("data_batch_2.bin: record 6 has label 200, which is not 0 to 9"));
  }

  @Test
  void namesTheRecordInWhichAFileEndsThatHasShrunk() throws IOException {
    CifarFiles.writeDirectory(directory, 1, 5);
    Slice slice = slices(1).get(0);
    Files.write(directory.resolve("data_batch_1.bin"), CifarFiles.records(3, 1));
    Iterator<CifarRecord> records = slice.read(configuration);

    assertThatThrownBy(records::next)
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(cannotRead("data_batch_1.bin: it ends in record 3"));
  }

  @Test
  void saysThatAFileHasVanished() throws IOException {
    CifarFiles.writeDirectory(directory, 1, 5);
    Slice slice = slices(1).get(0);
    Files.delete(directory.resolve("data_batch_1.bin"));

    assertThatThrownBy(() -> slice.read(configuration))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage(
            cannotRead("File file:%s/data_batch_1.bin does not exist".formatted(directory)));
  }

  @Test
  void readsAheadByALimitedNumberOfRecordsAndClosesAtTheEnd() {
    CountingStream stream = new CountingStream(CifarFiles.records(1000, 1));
    Slice slice = new Slice(new BatchDirectory("unused"), "data_batch_1.bin", 0, 0, 1000);
    SliceIterator records = new SliceIterator(slice, stream);

    records.next();
    assertThat(stream.bytesRead).isEqualTo(256 * 3073);
    assertThat(stream.closed).isFalse();

    records.forEachRemaining(record -> {});
    assertThat(stream.bytesRead).isEqualTo(1000 * 3073);
    assertThat(stream.closed).isTrue();
    assertThatThrownBy(records::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void isClosedByWhoeverStopsBeforeTheEnd() throws IOException {
    CountingStream stream = new CountingStream(CifarFiles.records(1000, 1));
    Slice slice = new Slice(new BatchDirectory("unused"), "data_batch_1.bin", 0, 0, 1000);

    try (SliceIterator records = new SliceIterator(slice, stream)) {
      records.next();
    }
    assertThat(stream.closed).isTrue();
  }

  @Test
  void closesTheFileOfABadRecord() {
    byte[] bytes = CifarFiles.records(1000, 1);
    bytes[3073] = 10;
    CountingStream stream = new CountingStream(bytes);
    Slice slice = new Slice(new BatchDirectory("unused"), "data_batch_1.bin", 0, 0, 1000);
    SliceIterator records = new SliceIterator(slice, stream);

    assertThatThrownBy(records::next).isInstanceOf(InvalidDatasetException.class);
    assertThat(stream.closed).isTrue();
  }

  private List<Slice> slices(int minimumSlices) {
    return CifarDataset.open(configuration, directory.toUri().toString())
        .slices(Split.TRAINING, 0, minimumSlices);
  }

  private String cannotRead(String why) {
    return "Cannot read dataset file:%s: %s".formatted(directory, why);
  }

  private void overwrite(String file, int at, byte value) throws IOException {
    byte[] bytes = Files.readAllBytes(directory.resolve(file));
    bytes[at] = value;
    Files.write(directory.resolve(file), bytes);
  }

  private static final class CountingStream extends InputStream {
    private final InputStream in;
    private int bytesRead;
    private boolean closed;

    private CountingStream(byte[] bytes) {
      in = new ByteArrayInputStream(bytes);
    }

    @Override
    public int read() throws IOException {
      throw new UnsupportedOperationException("reads one byte at a time");
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = in.read(bytes, offset, length);
      bytesRead += Math.max(0, count);
      return count;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
