package dev.sparkresnet.job.storage;

import dev.sparkresnet.datasets.storage.FileContexts;
import dev.sparkresnet.datasets.storage.HiddenPath;
import dev.sparkresnet.job.failure.Reason;
import dev.sparkresnet.job.failure.UserErrorException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.EnumSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.CreateOpts;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;

/**
 * A file on any Hadoop file system that appears complete or not at all: it is written under a
 * hidden name beside its place and published by one rename. Closing removes what was not published.
 */
public final class OutputFile implements AutoCloseable {

  /** What to do with a file that is there already. */
  public enum Existing {
    REFUSE,
    REPLACE
  }

  private final HiddenPath hidden;
  private final Rename rename;
  private final OutputStream stream;

  private OutputFile(FileContext files, Path target, Existing existing) throws IOException {
    this.hidden = HiddenPath.beside(target, files);
    this.rename = existing == Existing.REPLACE ? Rename.OVERWRITE : Rename.NONE;
    this.stream =
        files.create(hidden.path(), EnumSet.of(CreateFlag.CREATE), CreateOpts.createParent());
  }

  /**
   * Makes sure that a file can be written, before somebody goes to the trouble of its content.
   *
   * @throws UserErrorException if it cannot be, or is there and must not be replaced
   */
  public static OutputFile create(Configuration hadoop, String path, Existing existing) {
    try {
      Path relative = new Path(path);
      FileSystem fileSystem = relative.getFileSystem(hadoop);
      Path target = fileSystem.makeQualified(relative);
      requireFree(fileSystem, target, existing);
      return new OutputFile(FileContexts.of(target, hadoop), target, existing);
    } catch (IOException | IllegalArgumentException e) {
      throw cannotWrite(path, e);
    }
  }

  private static void requireFree(FileSystem files, Path target, Existing existing)
      throws IOException {
    if (!files.exists(target)) {
      return;
    }
    if (files.getFileStatus(target).isDirectory()) {
      throw new IOException("it is a directory");
    }
    if (existing == Existing.REFUSE) {
      throw new IOException("it is there already, and --overwrite is not given");
    }
  }

  /**
   * Writes the content and publishes it.
   *
   * @return where it is
   * @throws UserErrorException if that fails; nothing is published then
   */
  public Path publish(FileContent content) {
    try {
      content.writeAndClose(stream);
      hidden.publish(rename);
      return hidden.target();
    } catch (IOException e) {
      throw cannotWrite(hidden.target().toString(), e);
    }
  }

  @Override
  public void close() {
    try {
      stream.close();
      hidden.remove();
    } catch (IOException e) {
      throw cannotWrite(hidden.target().toString(), e);
    }
  }

  private static UserErrorException cannotWrite(String path, Exception cause) {
    return new UserErrorException("Cannot write %s: %s".formatted(path, Reason.of(cause)), cause);
  }
}
