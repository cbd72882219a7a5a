package dev.sparkresnet.job.run;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * By the operating system. Hadoop's own local file system deletes a file before it puts another in
 * its place, and looks whether there is one before it makes one, so that others can come between.
 */
final class LocalSingleStep implements SingleStep {
  @Override
  public void replace(org.apache.hadoop.fs.Path file, byte[] content) throws IOException {
    Path target = local(file);
    Path temporary =
        target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
    makeDirectory(target.getParent());
    try {
      Files.write(temporary, content, StandardOpenOption.CREATE_NEW);
      // What Hadoop would find to be wrong once the content is another.
      Files.deleteIfExists(target.resolveSibling("." + target.getFileName() + ".crc"));
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** For a moment others see the file without its content. */
  @Override
  public boolean create(org.apache.hadoop.fs.Path file, byte[] content) throws IOException {
    Path target = local(file);
    makeDirectory(target.getParent());
    try {
      Files.write(target, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /** {@link Files#createDirectories} refuses a link to a directory. */
  private static void makeDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory);
    }
  }

  private static Path local(org.apache.hadoop.fs.Path file) {
    return Path.of(file.toUri().getPath());
  }
}
