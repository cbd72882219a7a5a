package dev.sparkresnet.job.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.run.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThreadDumpsTest {
  private static final Instant NOW = Instant.parse("2025-11-25T01:02:03.9Z");
  private static final Duration TO_ANSWER = Duration.ofMillis(500);

  @TempDir private Path run;

  /** Executor 0 answers, executor 1 has stopped, executor 2 is refused by Spark. */
  private static final class ThreeExecutors implements ThreadDumps.Processes {
    private final CountDownLatch never = new CountDownLatch(1);

    @Override
    public List<String> executors() {
      return List.of("0", "1", "2");
    }

    @Override
    public String threads(String process) {
      return switch (process) {
        case "1" -> waitForEver();
        case "2" -> throw new IllegalStateException("connection refused");
        default -> "stacks of " + process;
      };
    }

    private String waitForEver() {
      try {
        never.await();
        return "";
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private org.apache.hadoop.fs.Path write(Path directory) {
    RunDirectory writable =
        new RunDirectory(new org.apache.hadoop.fs.Path(directory.toUri()), new Configuration());
    return new ThreadDumps(new ThreeExecutors(), writable, TO_ANSWER).write(NOW);
  }

  private String content(String file) throws IOException {
    return Files.readString(run.resolve("thread-dumps/20251125T010203Z").resolve(file));
  }

  @Test
  void writesAFileForTheDriverAndForEveryExecutor() throws IOException {
    assertThat(write(run)).hasToString("file:" + run + "/thread-dumps/20251125T010203Z");
    assertThat(content("driver.txt")).isEqualTo("stacks of driver");
    assertThat(content("executor-0.txt")).isEqualTo("stacks of 0");
  }

  @Test
  void saysWhichProcessGaveNoAnswer() throws IOException {
    write(run);
    assertThat(content("executor-1.txt"))
        .isEqualTo("No answer within 500 ms: the process is stopped, hangs or is gone\n");
    assertThat(content("executor-2.txt"))
        .isEqualTo("No dump: java.lang.IllegalStateException: connection refused\n");
  }

  @Test
  void saysSoWhenTheRunDirectoryCannotBeWritten() throws IOException {
    Path file = Files.createFile(run.resolve("file"));
    assertThatThrownBy(() -> write(file))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot write thread dumps to file:%1$s/thread-dumps/20251125T010203Z:"
                + " org.apache.hadoop.fs.ParentNotDirectoryException: Parent path is not a"
                + " directory: file:%1$s",
            file);
  }
}
