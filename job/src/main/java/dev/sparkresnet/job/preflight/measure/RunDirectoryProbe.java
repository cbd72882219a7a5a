package dev.sparkresnet.job.preflight.measure;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sparkresnet.job.storage.AtomicFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Tries the file system of the run directory, in a hidden directory there. When it is closed, the
 * directories that were made for it are gone.
 */
public final class RunDirectoryProbe implements Closeable {
  private static final String HIDDEN = ".preflight-";

  private final FileSystem files;
  private final Path directory;
  private final String prefix;
  private final Deque<Path> made;

  private RunDirectoryProbe(FileSystem files, Path directory, String prefix, Deque<Path> made) {
    this.files = files;
    this.directory = directory;
    this.prefix = prefix;
    this.made = made;
  }

  /**
   * Makes the run directory if it is not there.
   *
   * @param token of the preflight
   */
  public static RunDirectoryProbe open(String path, String token, Configuration hadoop)
      throws IOException {
    Path relative = new Path(path);
    FileSystem files = relative.getFileSystem(hadoop);
    Path directory = files.makeQualified(relative);
    Deque<Path> missing = new ArrayDeque<>();
    for (Path at = directory; at != null && !files.exists(at); at = at.getParent()) {
      missing.addLast(at);
    }
    if (!files.mkdirs(directory)) {
      throw new IOException(directory + " cannot be made");
    }
    return new RunDirectoryProbe(files, directory, HIDDEN + token + "-", missing);
  }

  /**
   * Writes a file as a run does, under another name first, and reads it.
   *
   * @param name of this process, unlike those of others who try at the same time
   * @return the run directory
   */
  public String writeAndRead(String name) throws IOException {
    Path hidden = new Path(directory, prefix + name);
    byte[] content = (name + " was here").getBytes(UTF_8);
    AtomicFile file =
        new AtomicFile(files.getConf(), directory.toString(), hidden.getName() + "/probe");
    try {
      file.replace(content);
      if (!Arrays.equals(file.content().orElse(new byte[0]), content)) {
        throw new IOException("what is read from %s is not what was written".formatted(hidden));
      }
      return directory.toString();
    } finally {
      files.delete(hidden, true);
    }
  }

  /** Removes what processes of the same preflight that were ended left behind. */
  public void sweep() throws IOException {
    for (FileStatus each : files.listStatus(directory)) {
      if (each.getPath().getName().startsWith(prefix)) {
        files.delete(each.getPath(), true);
      }
    }
  }

  /** Leaves directories that somebody else has put something into. */
  @Override
  public void close() throws IOException {
    for (Path each : made) {
      if (files.listStatus(each).length > 0) {
        return;
      }
      files.delete(each, false);
    }
  }
}
