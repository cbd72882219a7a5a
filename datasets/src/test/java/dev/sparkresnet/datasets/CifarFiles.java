package dev.sparkresnet.datasets;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.hadoop.conf.Configuration;

/** Writes small datasets of random images, and archives good and bad. */
public final class CifarFiles {
  private CifarFiles() {}

  /** Returns a configuration that does not try again for minutes. */
  public static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.setInt("ipc.client.connect.max.retries", 0);
    return configuration;
  }

  /** Returns random images, record {@code i} with label {@code i % 10}. */
  public static byte[] records(int count, long seed) {
    byte[] bytes = new byte[count * CifarFormat.RECORD_BYTES];
    new Random(seed).nextBytes(bytes);
    for (int record = 0; record < count; record++) {
      bytes[record * CifarFormat.RECORD_BYTES] = (byte) (record % CifarFormat.CLASSES);
    }
    return bytes;
  }

  static CifarRecord record(int index, long seed) {
    return new CifarRecord(index, records(1, seed));
  }

  static List<CifarRecord> recordList(int count) {
    List<CifarRecord> records = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      byte[] bytes = records(1, index);
      bytes[0] = (byte) (index % CifarFormat.CLASSES);
      records.add(new CifarRecord(index, bytes));
    }
    return records;
  }

  public static <T> List<T> list(Iterator<T> iterator) {
    List<T> all = new ArrayList<>();
    iterator.forEachRemaining(all::add);
    return all;
  }

  /** Writes {@code data_batch_1.bin} and so on with so many records each, and the test file. */
  public static Path writeDirectory(Path directory, int testRecords, int... trainingRecords)
      throws IOException {
    Files.createDirectories(directory);
    for (int file = 0; file < trainingRecords.length; file++) {
      Files.write(
          directory.resolve("data_batch_" + (file + 1) + ".bin"),
          records(trainingRecords[file], file));
    }
    Files.write(directory.resolve("test_batch.bin"), records(testRecords, 99));
    return directory;
  }

  static byte[] unpacked(byte[] gzip) throws IOException {
    return new GZIPInputStream(new ByteArrayInputStream(gzip)).readAllBytes();
  }

  /** A tar.gz in the making. */
  public static final class Archive implements AutoCloseable {
    private final TarArchiveOutputStream tar;

    Archive(Path file) throws IOException {
      this(Files.newOutputStream(file));
    }

    private Archive(OutputStream out) throws IOException {
      tar = new TarArchiveOutputStream(new GZIPOutputStream(out));
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
    }

    public static byte[] bytesOf(byte[] training, byte[] test) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (Archive archive = new Archive(bytes)) {
        archive.file("data_batch_1.bin", training).file("test_batch.bin", test);
      }
      return bytes.toByteArray();
    }

    Archive file(String name, byte[] content) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name, true);
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
      return this;
    }

    Archive file(String name, String content) throws IOException {
      return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    Archive directory(String name) throws IOException {
      tar.putArchiveEntry(new TarArchiveEntry(name + "/", true));
      tar.closeArchiveEntry();
      return this;
    }

    Archive link(String name, String destination, byte kind) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
      entry.setLinkName(destination);
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
      return this;
    }

    Archive entry(String name, byte kind, byte[] content) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
      return this;
    }

    Archive symbolicLink(String name, String destination) throws IOException {
      return link(name, destination, TarConstants.LF_SYMLINK);
    }

    Archive hardLink(String name, String destination) throws IOException {
      return link(name, destination, TarConstants.LF_LINK);
    }

    @Override
    public void close() throws IOException {
      tar.close();
    }
  }
}
