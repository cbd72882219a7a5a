package dev.sparkresnet.job.metrics;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Options.CreateOpts;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;

/** A file of a run directory that readers see whole, in its old or its new state. */
final class RunFile {
  private final Configuration configuration;
  private final Path path;

  RunFile(Configuration configuration, String runDirectory, String name) {
    this.configuration = configuration;
    this.path = new Path(runDirectory, name);
  }

  /**
   * Replaces the file by one rename, so that a crash leaves the old content.
   *
   * @throws UncheckedIOException if the run directory cannot be written
   */
  void replace(byte[] content) {
    try {
      FileContext files = FileContext.getFileContext(path.toUri(), configuration);
      Path temporary =
          new Path(path.getParent(), "." + path.getName() + "." + UUID.randomUUID() + ".tmp");
      try {
        try (OutputStream out =
            files.create(temporary, EnumSet.of(CreateFlag.CREATE), CreateOpts.createParent())) {
          out.write(content);
        }
        files.rename(temporary, path, Rename.OVERWRITE);
      } finally {
        files.delete(temporary, false);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + path + ": " + e.getMessage(), e);
    }
  }

  /**
   * The content, or nothing if there is no such file.
   *
   * @throws UncheckedIOException if the run directory cannot be read
   */
  Optional<byte[]> content() {
    try {
      FileContext files = FileContext.getFileContext(path.toUri(), configuration);
      if (!files.util().exists(path)) {
        return Optional.empty();
      }
      try (InputStream in = files.open(path)) {
        return Optional.of(in.readAllBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path + ": " + e.getMessage(), e);
    }
  }
}
