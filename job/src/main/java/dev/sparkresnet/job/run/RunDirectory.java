package dev.sparkresnet.job.run;

import dev.sparkresnet.job.failure.Reason;
import dev.sparkresnet.job.failure.UserErrorException;
import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Where a run keeps its checkpoints, metrics and learning curve, on any Hadoop file system. */
public record RunDirectory(Path path, Configuration hadoop) {

  /**
   * Makes the directory if it is not there and makes sure that files can be written to it, before
   * hours of training go into them.
   *
   * @throws UserErrorException if not
   */
  public static RunDirectory prepare(String path, Configuration hadoop) {
    try {
      Path directory = new Path(path);
      FileSystem files = directory.getFileSystem(hadoop);
      if (!files.mkdirs(directory)) {
        throw new IllegalArgumentException("it cannot be made");
      }
      Path probe = new Path(directory, ".probe-" + UUID.randomUUID());
      files.create(probe).close();
      files.delete(probe, false);
      return new RunDirectory(files.makeQualified(directory), hadoop);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserErrorException(
          String.format("Cannot write to run directory %s: %s", path, Reason.of(e)), e);
    }
  }
}
