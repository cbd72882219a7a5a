package dev.sparkresnet.job.transport;

import dev.sparkresnet.job.failure.UserErrorException;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory for the memory-mapped files of one end of the mesh.
 *
 * <p>It lies in {@code /dev/shm}, or in the directory that the system property {@code aeron.dir}
 * names. Its name says whose it is, and it holds a lock for as long as its process lives, so that
 * the next process can tell what dead ones left behind and removes it. A container has little
 * shared memory and Aeron's own message about that is lost in its error log, so what is claimed is
 * compared with what there is before anything is opened.
 */
final class AeronDirectory implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(AeronDirectory.class);
  private static final String PROPERTY = "aeron.dir";
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");
  private static final String LOCK = "lock";
  private static final String FILES = "aeron";
  private static final Set<String> WITH_HOLES = Set.of("blank.template", "loss-report.dat");

  private final Path path;
  private final FileChannel lock;

  private AeronDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * Makes a directory, after those of dead processes were removed.
   *
   * @param bytes what the files in it will take
   * @throws UserErrorException if there is less room than that
   */
  static AeronDirectory claim(long bytes) {
    synchronized (AeronDirectory.class) {
      return claim(parent(), bytes);
    }
  }

  /** Where directories are made unless somebody says otherwise. */
  static Path parent() {
    String configured = System.getProperty(PROPERTY);
    if (configured != null) {
      return Path.of(configured);
    }
    return Files.isDirectory(SHARED_MEMORY)
        ? SHARED_MEMORY
        : Path.of(System.getProperty("java.io.tmpdir"));
  }

  static AeronDirectory claim(Path parent, long bytes) {
    try {
      Files.createDirectories(parent);
      removeLeftovers(parent);
      AeronDirectory directory = create(parent, DirectoryClaim.ofThisJvm(bytes));
      directory.requireRoom(bytes);
      return directory;
    } catch (IOException e) {
      throw new UserErrorException(
          String.format("Cannot open update mesh: cannot write to %s: %s", parent, e), e);
    }
  }

  private static AeronDirectory create(Path parent, DirectoryClaim claim) throws IOException {
    Path path = Files.createDirectory(parent.resolve(claim.directoryName()));
    FileChannel lock =
        FileChannel.open(
            path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    lock.lock();
    return new AeronDirectory(path, lock);
  }

  /** Two that come at the same moment see each other's claim, since both claim before they look. */
  private void requireRoom(long bytes) throws IOException {
    Path parent = path.getParent();
    long free = Files.getFileStore(parent).getUsableSpace();
    long others = claimsStillToCome(parent, path);
    if (free < bytes + others) {
      close();
      throw new UserErrorException(tooLittle(parent, free, bytes, others));
    }
  }

  private static String tooLittle(Path parent, long free, long bytes, long others) {
    return String.format(
        Locale.ROOT,
        "Cannot open update mesh: %s has %d MB free, %d MB are needed%s; give the container more"
            + " (docker --shm-size, or in Kubernetes an emptyDir of medium Memory at /dev/shm) or"
            + " have Aeron use another directory with -D%s=DIR in the Java options of driver and"
            + " executors",
        parent,
        free >> 20,
        AeronMemory.megabytes(bytes + others),
        others == 0
            ? ""
            : String.format(Locale.ROOT, ", %d of them by others", AeronMemory.megabytes(others)),
        PROPERTY);
  }

  /** What those who have a directory there will take besides what they have. */
  static long claimsStillToCome(Path parent) throws IOException {
    return claimsStillToCome(parent, parent);
  }

  private static long claimsStillToCome(Path parent, Path except) throws IOException {
    long bytes = 0;
    for (Path other : directories(parent)) {
      if (!other.equals(except)) {
        long claimed = DirectoryClaim.of(other).map(DirectoryClaim::megabytes).orElse(0L) << 20;
        bytes += Math.max(0, claimed - allocated(other));
      }
    }
    return bytes;
  }

  /** All but two of Aeron's files are allocated in full when they are made. */
  private static long allocated(Path directory) throws IOException {
    return contents(directory).stream()
        .map(Path::toFile)
        .filter(file -> file.isFile() && !WITH_HOLES.contains(file.getName()))
        .mapToLong(File::length)
        .sum();
  }

  private static void removeLeftovers(Path parent) throws IOException {
    for (Path directory : directories(parent)) {
      DirectoryClaim claim = DirectoryClaim.of(directory).orElseThrow();
      if (!claim.isOfThisJvm() && !claim.mayBeAlive() && !isLocked(directory)) {
        LOG.info("removing {}, which a process that is gone left behind", directory);
        delete(directory);
      }
    }
  }

  /** A process in another PID namespace looks like none, but its lock can be seen. */
  private static boolean isLocked(Path directory) {
    try (FileChannel channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null;
    } catch (IOException e) {
      return false;
    }
  }

  private static List<Path> directories(Path parent) throws IOException {
    try (Stream<Path> entries = Files.list(parent)) {
      return entries.filter(entry -> DirectoryClaim.of(entry).isPresent()).toList();
    }
  }

  /** Starts a media driver of Aeron that was left to find its directory by the system property. */
  <T> T during(Supplier<T> launch) {
    synchronized (AeronDirectory.class) {
      String before = System.getProperty(PROPERTY);
      System.setProperty(PROPERTY, path.resolve(FILES).toString());
      try {
        return launch.get();
      } finally {
        restore(before);
      }
    }
  }

  private static void restore(String before) {
    if (before == null) {
      System.clearProperty(PROPERTY);
    } else {
      System.setProperty(PROPERTY, before);
    }
  }

  Path path() {
    return path;
  }

  /** Removes the directory with all files in it. */
  @Override
  public void close() {
    try {
      delete(path);
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + path, e);
    }
  }

  private static void delete(Path directory) throws IOException {
    for (Path entry : contents(directory)) {
      Files.deleteIfExists(entry);
    }
  }

  /** Files before the directories they are in; other processes may remove some meanwhile. */
  private static List<Path> contents(Path directory) throws IOException {
    List<Path> entries = new ArrayList<>();
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            return add(file);
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure) {
            return add(visited);
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure) {
            return FileVisitResult.CONTINUE;
          }

          private FileVisitResult add(Path entry) {
            entries.add(entry);
            return FileVisitResult.CONTINUE;
          }
        });
    return entries;
  }
}
