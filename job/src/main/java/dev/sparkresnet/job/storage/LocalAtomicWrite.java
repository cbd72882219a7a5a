package dev.sparkresnet.job.storage;

import dev.sparkresnet.datasets.storage.HiddenPath;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * By the operating system. Hadoop's own local file system deletes a file before it puts another in
 * its place, and looks whether there is one before it makes one, so that others can come between.
 */
final class LocalAtomicWrite implements AtomicWrite {
  @Override
  public void replace(org.apache.hadoop.fs.Path file, byte[] content) throws IOException {
    Path target = LocalDisk.local(file);
    Path temporary = target.resolveSibling(HiddenPath.nameFor(target.getFileName().toString()));
    makeDirectory(target.getParent());
    try {
      write(temporary, content);
      // What Hadoop would find to be wrong once the content is another.
      Files.deleteIfExists(target.resolveSibling("." + target.getFileName() + ".crc"));
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      LocalDisk.force(target.getParent());
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** For a moment others see the file without its content. */
  @Override
  public boolean create(org.apache.hadoop.fs.Path file, byte[] content) throws IOException {
    Path target = LocalDisk.local(file);
    makeDirectory(target.getParent());
    try {
      write(target, content);
      LocalDisk.force(target.getParent());
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    Files.write(
        file,
        content,
        StandardOpenOption.CREATE_NEW,
        StandardOpenOption.WRITE,
        StandardOpenOption.DSYNC);
  }

  /** {@link Files#createDirectories} refuses a link to a directory. */
  private static void makeDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory);
    }
  }
}
