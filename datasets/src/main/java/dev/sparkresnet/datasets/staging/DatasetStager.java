package dev.sparkresnet.datasets.staging;

import dev.sparkresnet.datasets.CifarDataset;
import dev.sparkresnet.datasets.CifarFormat;
import dev.sparkresnet.datasets.InvalidDatasetException;
import dev.sparkresnet.datasets.Looks;
import dev.sparkresnet.datasets.Split;
import dev.sparkresnet.datasets.storage.Publication;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Brings a dataset to a Hadoop file system: an archive or a directory of this machine, or an
 * archive of the web. An archive that is downloaded, or as long as the official one, must have its
 * MD5; of any other, and of a directory, every record is read first. Nothing appears at the target
 * before all of it is there and verified.
 *
 * <p>An archive becomes the file TARGET, or {@code cifar-10-binary.tar.gz} in TARGET if that is a
 * directory. A directory becomes the directory TARGET. Nothing is overwritten.
 */
public final class DatasetStager {
  public static final URI OFFICIAL_ADDRESS =
      URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz");

  private static final int BUFFER_BYTES = 1 << 18;

  private final Configuration configuration;
  private final OfficialArchive official;
  private final ProgressListener listener;

  /** A stager that knows the official archive of CIFAR-10. */
  public DatasetStager(Configuration configuration, ProgressListener listener) {
    this(configuration, OfficialArchive.CIFAR_10, listener);
  }

  DatasetStager(Configuration configuration, OfficialArchive official, ProgressListener listener) {
    this.configuration = configuration;
    this.official = official;
    this.listener = listener;
  }

  /**
   * Copies an archive or a directory of this machine.
   *
   * @throws InvalidDatasetException when it cannot be read, is not valid, or cannot be written
   */
  public Staged copy(java.nio.file.Path source, String target) {
    try {
      if (Files.isDirectory(source)) {
        return copyDirectory(source, target);
      }
      return copyArchive(source, target);
    } catch (java.nio.file.NoSuchFileException e) {
      throw InvalidDatasetException.cannotStage(source.toString(), target, "it does not exist");
    } catch (IOException | IllegalArgumentException e) {
      throw InvalidDatasetException.cannotStage(source.toString(), target, e);
    }
  }

  private Staged copyArchive(java.nio.file.Path source, String target) throws IOException {
    long bytes = Files.size(source);
    boolean isOfficial = bytes == official.bytes();
    List<String> warnings = isOfficial ? List.of() : read(open(source));
    try (InputStream stream = Files.newInputStream(source)) {
      return new Staged(publishArchive(stream, bytes, target, isOfficial), warnings);
    }
  }

  private CifarDataset open(java.nio.file.Path source) {
    return CifarDataset.open(configuration, new Path(source.toUri()).toString());
  }

  /**
   * Downloads an archive.
   *
   * @param timeout longest wait for the connection, for the answer, and for each piece of it
   * @throws InvalidDatasetException when it cannot be downloaded, is not valid, or cannot be
   *     written
   */
  public Staged download(URI address, String target, Duration timeout) {
    try (Download download = Download.start(address, timeout)) {
      return new Staged(publishArchive(download.body(), download.bytes(), target, true), List.of());
    } catch (IOException | IllegalArgumentException e) {
      throw InvalidDatasetException.cannotStage(address.toString(), target, e);
    }
  }

  private Staged copyDirectory(java.nio.file.Path source, String target) throws IOException {
    CifarDataset dataset = open(source);
    List<String> warnings = read(dataset);
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
      return new Staged(publication.target().toString(), warnings);
    }
  }

  /** Reads every record, and returns what is odd about them. */
  private List<String> read(CifarDataset dataset) {
    List<String> warnings = new ArrayList<>();
    for (Split split : Split.values()) {
      Looks looks =
          dataset.slices(split, 0, 1).stream()
              .map(slice -> Looks.of(slice.read(configuration)))
              .reduce(Looks.NONE, Looks::plus);
      looks
          .oddities()
          .forEach(oddity -> warnings.add("of the %s images %s".formatted(split, oddity)));
    }
    return warnings;
  }

  private String publishArchive(
      InputStream stream, long bytes, String target, boolean mustBeOfficial) throws IOException {
    try (Publication publication = Publication.to(configuration, archivePath(target))) {
      MessageDigest md5 = OfficialArchive.newMd5();
      try (OutputStream file = publication.fileSystem().create(publication.temporary());
          OutputStream out = new DigestOutputStream(file, md5)) {
        long done = transfer(stream, out, 0, bytes);
        requireLength(done, bytes);
      }
      if (mustBeOfficial) {
        official.requireMd5(md5);
      }
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
}
