package dev.sparkresnet.job.run;

import dev.sparkresnet.job.failure.Causes;
import dev.sparkresnet.job.failure.NonRetryable;
import dev.sparkresnet.job.failure.Reason;
import dev.sparkresnet.job.failure.RunException;
import dev.sparkresnet.job.failure.StorageException;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.storage.RetryPolicy;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;

/** Where a run keeps its checkpoints, metrics and learning curve, on any Hadoop file system. */
public record RunDirectory(Path path, Configuration hadoop) {

  /**
   * Refuses a directory on the disk of one host if the driver may run on any: its next attempt
   * would find nothing there, and begin anew.
   *
   * @param sharedFolders whether folders of the local file system are the same on every host
   * @throws UserErrorException saying what to set
   */
  public static void requireReachable(
      String path, boolean sharedFolders, SparkConf spark, Configuration hadoop) {
    boolean isDriverAnywhere =
        "cluster".equals(spark.get("spark.submit.deployMode", "client"))
            || spark.getBoolean("spark.kubernetes.submitInDriver", false);
    if (isDriverAnywhere && !sharedFolders && isOnOneHost(path, hadoop)) {
      throw new UserErrorException(
          ("Cannot train in %s: in cluster mode the driver may run on any host, and this is a folder"
                  + " of one; set training.run-directory to a file system that all hosts share, or"
                  + " training.storage.shared-folders = true if all of them have this folder")
              .formatted(path));
    }
  }

  /**
   * Does what {@link #prepare} does, if the directory is a folder of this host.
   *
   * @throws UserErrorException as there
   * @throws StorageException as there
   */
  public static void prepareIfLocal(String path, Configuration hadoop) {
    if (isOnOneHost(path, hadoop)) {
      RunDirectory unused = prepare(path, hadoop);
    }
  }

  private static boolean isOnOneHost(String path, Configuration hadoop) {
    try {
      String scheme = new Path(path).toUri().getScheme();
      return "file".equals(scheme == null ? FileSystem.getDefaultUri(hadoop).getScheme() : scheme);
    } catch (IllegalArgumentException e) {
      // Whoever prepares it says what is wrong with it.
      return false;
    }
  }

  /**
   * Makes the directory if it is not there and makes sure that files can be written to it, before
   * hours of training go into them.
   *
   * @throws UserErrorException if not, for a reason that stays: also an unknown host, since nothing
   *     has shown yet that there is one of that name
   * @throws StorageException if not, for a reason that may pass
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
    } catch (IOException | RuntimeException | FSError e) {
      throw cannotWrite(path, e);
    }
  }

  private static RunException cannotWrite(String path, Throwable cause) {
    String message = String.format("Cannot write to run directory %s: %s", path, Reason.of(cause));
    return Causes.first(UnknownHostException.class, cause).isEmpty()
            && RetryPolicy.isPossible(cause)
        ? new StorageException(message, cause)
        : new UserErrorException(message, new Permanent(cause));
  }

  /** Does not pass at a first use. */
  private static final class Permanent extends IOException implements NonRetryable {
    private static final long serialVersionUID = 1L;

    Permanent(Throwable cause) {
      super(cause);
    }
  }
}
