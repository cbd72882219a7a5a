package dev.sparkresnet.datasets.storage;

import java.io.IOException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;

/** A rename in one step, which counts as done also if the answer to it got lost. */
public final class AtomicRename {
  private AtomicRename() {}

  /**
   * Renames what only this caller renames: if it is gone when this fails and the new name is there,
   * that was the rename.
   *
   * @throws IOException if it was not done or that cannot be found out
   */
  public static void rename(FileContext files, Path from, Path to, Rename... options)
      throws IOException {
    try {
      files.rename(from, to, options);
    } catch (IOException e) {
      if (!isDone(files, from, to, e)) {
        throw e;
      }
    }
  }

  private static boolean isDone(FileContext files, Path from, Path to, IOException failure) {
    try {
      return !files.util().exists(from) && files.util().exists(to);
    } catch (IOException e) {
      failure.addSuppressed(e);
      return false;
    }
  }
}
