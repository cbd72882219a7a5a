package dev.sparkresnet.job.transport;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a directory of Aeron: whose it is and how much memory it will grow to.
 *
 * @param pid process that made it
 * @param started when that process started, in milliseconds since 1970
 * @param number tells the directories of one process apart
 * @param megabytes what its files take once all connections are made
 */
record DirectoryClaim(long pid, long started, int number, long megabytes) {
  private static final String PREFIX = "spark-resnet50-" + System.getProperty("user.name") + "-";
  private static final Pattern NAME =
      Pattern.compile(Pattern.quote(PREFIX) + "(\\d{1,10})-(\\d{1,15})-(\\d{1,9})-(\\d{1,9})MB");

  /** The start of a process is known by the clock, and the clock may have been set meanwhile. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(10);

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  static DirectoryClaim ofThisJvm(long bytes) {
    ProcessHandle self = ProcessHandle.current();
    return new DirectoryClaim(
        self.pid(), startOf(self), NUMBERS.incrementAndGet(), AeronMemory.megabytes(bytes));
  }

  /** The claim that a path stands for, if it is one of this user. */
  static Optional<DirectoryClaim> of(Path directory) {
    Matcher name = NAME.matcher(directory.getFileName().toString());
    if (!name.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new DirectoryClaim(
            Long.parseLong(name.group(1)),
            Long.parseLong(name.group(2)),
            Integer.parseInt(name.group(3)),
            Long.parseLong(name.group(4))));
  }

  String directoryName() {
    return PREFIX + pid + "-" + started + "-" + number + "-" + megabytes + "MB";
  }

  boolean isOfThisJvm() {
    ProcessHandle self = ProcessHandle.current();
    return pid == self.pid() && started == startOf(self);
  }

  /** Whether a process of that number runs that may be the one that made the directory. */
  boolean mayBeAlive() {
    return ProcessHandle.of(pid).map(this::startedThen).orElse(false);
  }

  private boolean startedThen(ProcessHandle process) {
    return Math.abs(startOf(process) - started) < CLOCK_TOLERANCE.toMillis();
  }

  private static long startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }
}
