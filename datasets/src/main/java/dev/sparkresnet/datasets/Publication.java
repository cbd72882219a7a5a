package dev.sparkresnet.datasets;

import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;

/**
 * A file or directory that is written under a hidden name beside its target and becomes the target
 * by one rename, or leaves nothing behind: closing removes what was not published.
 */
final class Publication implements AutoCloseable {
  private final Configuration configuration;
  private final FileSystem fileSystem;
  private final Path target;
  private final Path temporary;

  private Publication(Configuration configuration, FileSystem fileSystem, Path target) {
    this.configuration = configuration;
    this.fileSystem = fileSystem;
    this.target = target;
    this.temporary =
        new Path(target.getParent(), "." + target.getName() + "." + UUID.randomUUID() + ".tmp");
  }

  /**
   * Returns a publication to a path at which nothing is, or an empty directory.
   *
   * @throws IOException when something is there, or the file system cannot be used
   */
  static Publication to(Configuration configuration, String path) throws IOException {
    Path target = new Path(path);
    FileSystem fileSystem = target.getFileSystem(configuration);
    Path qualified = fileSystem.makeQualified(target);
    if (qualified.isRoot()) {
      throw new FileAlreadyExistsException("it is the root of the file system");
    }
    if (fileSystem.exists(qualified)) {
      requireEmptyDirectory(fileSystem, qualified);
    }
    return new Publication(configuration, fileSystem, qualified);
  }

  FileSystem fileSystem() {
    return fileSystem;
  }

  /** Returns the path to write to. */
  Path temporary() {
    return temporary;
  }

  /** Returns the qualified path that will be there after {@link #publish()}. */
  Path target() {
    return target;
  }

  void publish() throws IOException {
    FileContext.getFileContext(fileSystem.getUri(), configuration)
        .rename(temporary, target, overwrite());
  }

  @Override
  public void close() throws IOException {
    fileSystem.delete(temporary, true);
  }

  private Rename overwrite() throws IOException {
    if (!fileSystem.exists(target)) {
      return Rename.NONE;
    }
    requireEmptyDirectory(fileSystem, target);
    return Rename.OVERWRITE;
  }

  private static void requireEmptyDirectory(FileSystem fileSystem, Path path) throws IOException {
    if (fileSystem.getFileStatus(path).isFile()) {
      throw new FileAlreadyExistsException("it is there already");
    }
    if (fileSystem.listStatus(path).length > 0) {
      throw new FileAlreadyExistsException("the directory is not empty");
    }
  }
}
