package dev.sparkresnet.job.storage;

import dev.sparkresnet.datasets.storage.FileContexts;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Writing a file such that others see none of the steps in between. */
interface AtomicWrite {

  /** Writes a file in the place of the one that may be there. */
  void replace(Path file, byte[] content) throws IOException;

  /** Writes a file and returns true, or returns false if there is one already. */
  boolean create(Path file, byte[] content) throws IOException;

  /**
   * The way to do so on the file system of a path.
   *
   * @param path with the scheme of its file system
   */
  static AtomicWrite on(Path path, Configuration configuration) throws IOException {
    return "file".equals(path.toUri().getScheme())
        ? new LocalAtomicWrite()
        : new HadoopAtomicWrite(FileContexts.of(path, configuration));
  }
}
