package dev.sparkresnet.job.storage;

import dev.sparkresnet.datasets.storage.FileContexts;
import dev.sparkresnet.job.failure.Reason;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A file of a run directory that readers see whole, in its old or its new state. */
public final class AtomicFile {
  /** Far more than a run writes; what is larger is not ours and must not fill the memory. */
  private static final int MOST_BYTES = 64 << 20;

  private final Configuration configuration;
  private final Path path;

  /**
   * Names a file, whether or not it is there.
   *
   * @param runDirectory with the scheme of its file system
   * @param name may be that of a file in a directory of the run directory
   */
  public AtomicFile(Configuration configuration, String runDirectory, String name) {
    this.configuration = configuration;
    this.path = new Path(runDirectory, name);
  }

  /**
   * Replaces the file by one rename, so that a crash leaves the old content.
   *
   * @throws UncheckedIOException if the run directory cannot be written
   */
  public void replace(byte[] content) {
    try {
      AtomicWrite.on(path, configuration).replace(path, content);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /**
   * Makes the file unless it is there: of several processes that do this at once, one succeeds.
   *
   * @return whether this one did
   * @throws UncheckedIOException if the run directory cannot be written
   */
  public boolean create(byte[] content) {
    try {
      return AtomicWrite.on(path, configuration).create(path, content);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private UncheckedIOException cannotWrite(IOException cause) {
    return new UncheckedIOException("Cannot write " + path + ": " + Reason.of(cause), cause);
  }

  /**
   * The content, or nothing if there is no such file.
   *
   * @throws UncheckedIOException if the run directory cannot be read
   */
  public Optional<byte[]> content() {
    try (InputStream in = FileContexts.of(path, configuration).open(path)) {
      byte[] content = in.readNBytes(MOST_BYTES + 1);
      if (content.length > MOST_BYTES) {
        throw new IOException("it is larger than " + (MOST_BYTES >> 20) + " MB");
      }
      return Optional.of(content);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path + ": " + Reason.of(e), e);
    }
  }
}
