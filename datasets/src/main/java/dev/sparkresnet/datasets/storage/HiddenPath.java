package dev.sparkresnet.datasets.storage;

import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;

/**
 * A file or directory that is made under a hidden name beside its target and becomes the target by
 * one rename, so that others see it whole or not at all.
 */
public final class HiddenPath {
  private static final String HIDDEN = ".";

  private final FileContext files;
  private final Path target;
  private final Path path;

  private HiddenPath(FileContext files, Path target, Path path) {
    this.files = files;
    this.target = target;
    this.path = path;
  }

  /** A name that nobody has yet, in the directory of the target. */
  public static HiddenPath beside(Path target, FileContext files) {
    return new HiddenPath(files, target, new Path(target.getParent(), nameFor(target.getName())));
  }

  /** A hidden name that nobody has yet. */
  public static String nameFor(String target) {
    return HIDDEN + target + "." + UUID.randomUUID() + ".tmp";
  }

  /** Whether a name is one of those, or of what else is not to be seen. */
  public static boolean isHidden(Path path) {
    return path.getName().startsWith(HIDDEN);
  }

  /** Where to write. */
  public Path path() {
    return path;
  }

  /** Where it is to be seen. */
  public Path target() {
    return target;
  }

  /**
   * Shows the target in one step.
   *
   * @throws IOException if that was not done or cannot be found out
   */
  public void publish(Rename... options) throws IOException {
    AtomicRename.rename(files, path, target, options);
  }

  /** Removes what was not published, with all that is in it. */
  public void remove() throws IOException {
    files.delete(path, true);
  }
}
