package dev.sparkresnet.datasets.staging;

import dev.sparkresnet.datasets.CifarDataset;
import dev.sparkresnet.datasets.CifarFormat;
import dev.sparkresnet.datasets.InvalidDatasetException;
import dev.sparkresnet.datasets.storage.Publication;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Brings a dataset to a Hadoop file system: an archive, from this machine or the web, whose MD5
 * must be the expected one, or a directory of this machine, whose files must be valid. Nothing
 * appears at the target before all of it is there and verified.
 *
 * <p>An archive becomes the file TARGET, or {@code cifar-10-binary.tar.gz} in TARGET if that is a
 * directory. A directory becomes the directory TARGET. Nothing is overwritten.
 */
public final class DatasetStager {
  public static final String OFFICIAL_MD5 = "c32a1d4ab5d03f1284b67883e8d87530";
  public static final URI OFFICIAL_ADDRESS =
      URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz");

  private static final int BUFFER_BYTES = 1 << 18;

  private final Configuration configuration;
  private final String expectedMd5;
  private final ProgressListener listener;

  /**
   * @param expectedMd5 of an archive, as 32 hexadecimal digits
   */
  public DatasetStager(Configuration configuration, String expectedMd5, ProgressListener listener) {
    this.configuration = configuration;
    this.expectedMd5 = expectedMd5;
    this.listener = listener;
  }

  /**
   * Copies an archive or a directory of this machine.
   *
   * @return the path to open the dataset with
   * @throws InvalidDatasetException when it cannot be read, is not valid, or cannot be written
   */
  public String copy(java.nio.file.Path source, String target) {
    try {
      if (Files.isDirectory(source)) {
        return copyDirectory(source, target);
      }
      try (InputStream stream = Files.newInputStream(source)) {
        return publishArchive(stream, Files.size(source), target);
      }
    } catch (java.nio.file.NoSuchFileException e) {
      throw InvalidDatasetException.cannotStage(source.toString(), target, "it does not exist");
    } catch (IOException | IllegalArgumentException e) {
      throw InvalidDatasetException.cannotStage(source.toString(), target, e);
    }
  }

  /**
   * Downloads an archive.
   *
   * @param timeout longest wait for the connection, for the answer, and for each piece of it
   * @return the path to open the dataset with
   * @throws InvalidDatasetException when it cannot be downloaded, is not valid, or cannot be
   *     written
   */
  public String download(URI address, String target, Duration timeout) {
    try (Download download = Download.start(address, timeout)) {
      return publishArchive(download.body(), download.bytes(), target);
    } catch (IOException | IllegalArgumentException e) {
      throw InvalidDatasetException.cannotStage(address.toString(), target, e);
    }
  }

  private String copyDirectory(java.nio.file.Path source, String target) throws IOException {
    String sourcePath = new Path(source.toUri()).toString();
    CifarDataset dataset = CifarDataset.open(configuration, sourcePath);
    Map<String, Long> lengths = new TreeMap<>(dataset.lengths());
    long total = lengths.values().stream().mapToLong(Long::longValue).sum();
    try (Publication publication = Publication.to(configuration, target)) {
      long done = 0;
      for (String file : lengths.keySet()) {
        Path destination = new Path(publication.temporary(), file);
        try (InputStream in = dataset.files().open(configuration, file, 0);
            OutputStream out = publication.fileSystem().create(destination)) {
          done = transfer(in, out, done, total);
        }
      }
      requireLength(done, total);
      publication.publish();
      return publication.target().toString();
    }
  }

  private String publishArchive(InputStream stream, long bytes, String target) throws IOException {
    try (Publication publication = Publication.to(configuration, archivePath(target))) {
      MessageDigest md5 = md5();
      try (OutputStream file = publication.fileSystem().create(publication.temporary());
          OutputStream out = new DigestOutputStream(file, md5)) {
        long done = transfer(stream, out, 0, bytes);
        requireLength(done, bytes);
      }
      requireExpected(HexFormat.of().formatHex(md5.digest()));
      publication.publish();
      return publication.target().toString();
    }
  }

  private String archivePath(String target) throws IOException {
    Path path = new Path(target);
    FileSystem fileSystem = path.getFileSystem(configuration);
    if (fileSystem.exists(path) && fileSystem.getFileStatus(path).isDirectory()) {
      return new Path(path, CifarFormat.ARCHIVE_FILE).toString();
    }
    return target;
  }

  private void requireExpected(String md5) throws IOException {
    if (!md5.equalsIgnoreCase(expectedMd5)) {
      throw new IOException("its MD5 is %s, not %s".formatted(md5, expectedMd5));
    }
  }

  private static void requireLength(long done, long total) throws IOException {
    if (total >= 0 && done != total) {
      throw new IOException(
          String.format(Locale.ROOT, "it has %d bytes instead of %d", done, total));
    }
  }

  private long transfer(InputStream in, OutputStream out, long doneBefore, long total)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long done = doneBefore;
    for (int count = read(in, buffer, total); count >= 0; count = read(in, buffer, total)) {
      out.write(buffer, 0, count);
      done += count;
      listener.progress(done, total);
    }
    return done;
  }

  private static int read(InputStream in, byte[] buffer, long total) throws IOException {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      String length = total < 0 ? "" : String.format(Locale.ROOT, " of its %d bytes", total);
      throw new IOException("it breaks off before the end" + length, e);
    }
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has MD5", e);
    }
  }
}
