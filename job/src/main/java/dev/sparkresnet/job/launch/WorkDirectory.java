package dev.sparkresnet.job.launch;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Where executors of this machine have their homes and leave their logs: with the user who runs
 * them, since an installation may be shared and read-only.
 */
record WorkDirectory(Path path) {
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-", Locale.ROOT);

  /** Spark never removes what its executors wrote. */
  private static final Duration KEPT = Duration.ofDays(30);

  /** That of the user, as the XDG base directory specification has it. */
  static WorkDirectory of(Environment environment) {
    Path state =
        environment
            .variable("XDG_STATE_HOME")
            .map(Path::of)
            .or(() -> environment.variable("HOME").map(home -> Path.of(home, ".local", "state")))
            .orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir")));
    return new WorkDirectory(state.resolve("spark-resnet50"));
  }

  /**
   * Makes a home of its own for a run: Spark names what it writes for executors after the second in
   * which it starts.
   *
   * @param jars what a Spark's home has
   * @throws dev.sparkresnet.job.failure.UserErrorException if it cannot be made
   */
  Path newHome(Path jars) {
    try {
      Files.createDirectories(path);
      removeOld(Instant.now().minus(KEPT));
      Path home =
          Files.createTempDirectory(path, LocalDateTime.now(ZoneId.systemDefault()).format(SECOND));
      Files.createSymbolicLink(home.resolve("jars"), jars);
      return home;
    } catch (IOException e) {
      throw Refusal.of(
          "%s: no place for the logs of executors (%s); set XDG_STATE_HOME".formatted(path, e));
    }
  }

  private void removeOld(Instant limit) throws IOException {
    try (DirectoryStream<Path> homes = Files.newDirectoryStream(path)) {
      for (Path home : homes) {
        if (Files.getLastModifiedTime(home).toInstant().isBefore(limit)) {
          remove(home);
        }
      }
    }
  }

  private static void remove(Path home) throws IOException {
    Files.walkFileTree(
        home,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException problem)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
