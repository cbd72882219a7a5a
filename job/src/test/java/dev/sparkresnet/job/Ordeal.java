package dev.sparkresnet.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import dev.sparkresnet.job.failure.Explanation;
import dev.sparkresnet.job.failure.Outcome;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * Puts bad inputs before the program and holds it to what a user may expect then: an answer soon,
 * without much memory, in one printable line, and no file anywhere else.
 */
public final class Ordeal {
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final long MOST_ALLOCATED_BYTES = 64 << 20;
  private static final String INTERNALS =
      "Exception|Error\\b|\\bat dev\\.|\\b(java|javax|com|org|dev|scala|sun)\\.[a-z]+\\.";

  private final Path surroundings;
  private int refused;

  /**
   * An ordeal of inputs in a directory.
   *
   * @param surroundings nothing may change in here
   */
  public Ordeal(Path surroundings) {
    this.surroundings = surroundings;
  }

  /** How many inputs a test generates. */
  public static int inputs() {
    return Integer.getInteger("hostile.inputs", 50);
  }

  /** How many inputs have been refused. */
  public int refused() {
    return refused;
  }

  /** Has an input read, which is either accepted or refused as it should be. */
  public Optional<Throwable> read(String input, ThrowingCallable reading) throws IOException {
    SortedMap<String, Long> before = listing();
    Optional<Throwable> failure =
        assertTimeoutPreemptively(LONGEST, () -> failureOf(input, reading), input);
    failure.ifPresent(
        found -> {
          refused++;
          assertTellsTheUser(input, found);
        });
    assertThat(listing()).as(input).isEqualTo(before);
    return failure;
  }

  private static Optional<Throwable> failureOf(String input, ThrowingCallable reading) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    Optional<Throwable> failure = Optional.empty();
    try {
      reading.call();
    } catch (Throwable found) {
      failure = Optional.of(found);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .as("bytes for %s", input)
        .isLessThan(MOST_ALLOCATED_BYTES);
    return failure;
  }

  private static void assertTellsTheUser(String input, Throwable failure) {
    Explanation explanation = Explanation.of(failure, "train");
    assertThat(explanation.outcome())
        .as(input)
        .withFailMessage(() -> input + " -> " + failure)
        .isIn(Outcome.MENDABLE, Outcome.STORAGE);
    assertThat(explanation.reason())
        .as(input)
        .startsWith("Cannot ")
        .hasSizeLessThanOrEqualTo(2_000)
        .doesNotContainPattern("\\p{Cntrl}|\\p{Cf}|\\p{Zl}|\\p{Zp}")
        .doesNotContainPattern(INTERNALS);
  }

  private SortedMap<String, Long> listing() throws IOException {
    SortedMap<String, Long> listing = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(surroundings)) {
      for (Path path : paths.toList()) {
        listing.put(path.toString(), Files.isRegularFile(path) ? Files.size(path) : -1);
      }
    }
    return listing;
  }
}
