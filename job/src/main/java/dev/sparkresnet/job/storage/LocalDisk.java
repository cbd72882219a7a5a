package dev.sparkresnet.job.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Has a local file system put on disk what it keeps in memory, which Hadoop does not do there. On
 * all others it does nothing: HDFS has the names in its journal before it answers.
 */
public final class LocalDisk {
  private LocalDisk() {}

  /** Makes the names in a directory outlive a power failure. */
  public static void sync(org.apache.hadoop.fs.Path directory) throws IOException {
    if (isLocal(directory)) {
      force(local(directory));
    }
  }

  /** Makes the files in a directory outlive a power failure, with their names. */
  public static void syncFiles(org.apache.hadoop.fs.Path directory) throws IOException {
    if (!isLocal(directory)) {
      return;
    }
    for (Path file : filesIn(local(directory))) {
      force(file);
    }
    force(local(directory));
  }

  private static List<Path> filesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  /** Of a file or, on Linux, a directory. */
  static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      channel.force(true);
    }
  }

  private static boolean isLocal(org.apache.hadoop.fs.Path path) {
    return "file".equals(path.toUri().getScheme());
  }

  static Path local(org.apache.hadoop.fs.Path path) {
    return Path.of(path.toUri().getPath());
  }
}
