package dev.sparkresnet.job.storage;

import dev.sparkresnet.datasets.storage.HiddenPath;
import java.io.IOException;
import java.util.EnumSet;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Options.CreateOpts;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;

/** By a rename, which is one step on HDFS, also in that it looks for a file in its way. */
final class HadoopAtomicWrite implements AtomicWrite {
  private final FileContext files;

  HadoopAtomicWrite(FileContext files) {
    this.files = files;
  }

  @Override
  public void replace(Path file, byte[] content) throws IOException {
    writeAndRename(file, content, Rename.OVERWRITE);
  }

  @Override
  public boolean create(Path file, byte[] content) throws IOException {
    try {
      writeAndRename(file, content, Rename.NONE);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private void writeAndRename(Path file, byte[] content, Rename rename) throws IOException {
    HiddenPath hidden = HiddenPath.beside(file, files);
    try {
      FileContent whole = out -> out.write(content);
      whole.writeAndClose(
          files.create(hidden.path(), EnumSet.of(CreateFlag.CREATE), CreateOpts.createParent()));
      hidden.publish(rename);
    } catch (IOException e) {
      removeAfter(e, hidden);
      throw e;
    }
  }

  private static void removeAfter(IOException failure, HiddenPath hidden) {
    try {
      hidden.remove();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
