package dev.sparkresnet.datasets.storage;

import java.io.IOException;
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
public final class Publication implements AutoCloseable {
  private final FileSystem fileSystem;
  private final HiddenPath hidden;

  private Publication(FileSystem fileSystem, HiddenPath hidden) {
    this.fileSystem = fileSystem;
    this.hidden = hidden;
  }

  /**
   * Returns a publication to a path at which nothing is, or an empty directory.
   *
   * @throws IOException when something is there, or the file system cannot be used
   */
  public static Publication to(Configuration configuration, String path) throws IOException {
    Path target = new Path(path);
    FileSystem fileSystem = target.getFileSystem(configuration);
    Path qualified = fileSystem.makeQualified(target);
    if (qualified.isRoot()) {
      throw new FileAlreadyExistsException("it is the root of the file system");
    }
    if (fileSystem.exists(qualified)) {
      requireEmptyDirectory(fileSystem, qualified);
    }
    FileContext files = FileContexts.of(qualified, configuration);
    return new Publication(fileSystem, HiddenPath.beside(qualified, files));
  }

  /** Returns the file system of the path to write to. */
  public FileSystem fileSystem() {
    return fileSystem;
  }

  /** Returns the path to write to. */
  public Path temporary() {
    return hidden.path();
  }

  /** Returns the qualified path that will be there after {@link #publish()}. */
  public Path target() {
    return hidden.target();
  }

  /**
   * Shows the target.
   *
   * @throws IOException when something has appeared there meanwhile, or it cannot be renamed
   */
  public void publish() throws IOException {
    hidden.publish(overwrite());
  }

  @Override
  public void close() throws IOException {
    hidden.remove();
  }

  private Rename overwrite() throws IOException {
    if (!fileSystem.exists(target())) {
      return Rename.NONE;
    }
    requireEmptyDirectory(fileSystem, target());
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
