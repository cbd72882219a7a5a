package dev.sparkresnet.job.preflight.measure;

import dev.sparkresnet.job.config.TrainingConfig;
import java.io.Serializable;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * The paths of a configuration as its driver means them, for executors, which work in other
 * directories.
 */
public record DriverPaths(String runDirectory, String dataset) implements Serializable {

  /**
   * Completes paths that are relative to the working directory of this process. Others are the same
   * everywhere, and are left for the checks to judge.
   */
  public static DriverPaths of(TrainingConfig config, Configuration hadoop) {
    return new DriverPaths(
        complete(config.runDirectory(), hadoop), complete(config.dataset().path(), hadoop));
  }

  private static String complete(String path, Configuration hadoop) {
    // What stands before a colon is a file system.
    boolean isRelative = !path.startsWith("/") && !path.contains(":");
    boolean isLocal = "file".equals(FileSystem.getDefaultUri(hadoop).getScheme());
    return isRelative && isLocal ? Path.of(path).toAbsolutePath().toString() : path;
  }
}
