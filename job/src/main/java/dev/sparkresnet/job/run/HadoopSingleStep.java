package dev.sparkresnet.job.run;

import java.io.IOException;
import java.util.EnumSet;
import java.util.UUID;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.Options.CreateOpts;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;

/** By a rename, which is one step on HDFS, also in that it looks for a file in its way. */
final class HadoopSingleStep implements SingleStep {
  private final FileContext files;

  HadoopSingleStep(FileContext files) {
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
    Path temporary =
        new Path(file.getParent(), "." + file.getName() + "." + UUID.randomUUID() + ".tmp");
    try {
      FileContent whole = out -> out.write(content);
      whole.writeAndClose(
          files.create(temporary, EnumSet.of(CreateFlag.CREATE), CreateOpts.createParent()));
      AtomicRename.rename(files, temporary, file, rename);
    } catch (IOException e) {
      removeAfter(e, temporary);
      throw e;
    }
  }

  private void removeAfter(IOException failure, Path temporary) {
    try {
      files.delete(temporary, false);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
