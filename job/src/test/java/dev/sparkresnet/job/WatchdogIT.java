package dev.sparkresnet.job;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.JobProcess.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A job of which one executor stands still in the middle of training, as if its host hung. */
class WatchdogIT {
  private static final String STOPPED = "1";
  private static final String OTHER = "0";

  /** A busy machine takes a while to start the first tasks. */
  private static final int TIMEOUT_SECONDS = 8;

  @TempDir private static Path directory;

  private static JobProcess job;
  private static Map<String, ProcessHandle> executors = Map.of();
  private static Outcome outcome;
  private static Path dumps;

  @BeforeAll
  @Timeout(value = 6, unit = MINUTES, threadMode = SEPARATE_THREAD)
  static void stopAnExecutorInTraining() throws Exception {
    Path images = directory.resolve("images");
    SyntheticCifar.generate(new Configuration(), images.toString(), 3_200, 32, 3);
    job = JobProcess.start(training(images));
    job.awaitLine(", step ");
    executors = job.executors();
    JobProcess.signal("STOP", executors.get(STOPPED));
    outcome = job.finish();
    dumps = onlyDirectoryIn(directory.resolve("run/thread-dumps"));
  }

  private static List<String> training(Path images) {
    List<String> arguments =
        JobProcess.training(
            Stream.of(
                "run-directory=" + directory.resolve("run"),
                "dataset.path=" + images,
                "optimizer.batch-size=8",
                "optimizer.epochs=100",
                "log-every-steps=1",
                "watchdog.timeout=" + TIMEOUT_SECONDS + " seconds"));
    arguments.addAll(List.of("--spark-conf", "spark.executor.heartbeatInterval=2s"));
    return arguments;
  }

  private static Path onlyDirectoryIn(Path parent) throws IOException {
    try (Stream<Path> children = Files.list(parent)) {
      return assertThat(children.toList()).singleElement().actual();
    }
  }

  /** If the job did not do so itself. */
  @AfterAll
  static void killWhatIsLeft() {
    executors.values().forEach(ProcessHandle::destroyForcibly);
    job.kill();
  }

  @Test
  void theJobEndsWithOneLineThatSaysWhy() {
    assertThat(outcome.exitCode()).isEqualTo(7);
    assertThat(outcome.lines())
        .filteredOn(line -> line.startsWith("Cannot "))
        .singleElement()
        .asString()
        .matches(
            "Cannot finish epoch \\d+/100: [a-z -]+: no minibatch anywhere for "
                + TIMEOUT_SECONDS
                + " s"
                + " \\(training.watchdog.timeout\\) at \\S+Z; last heard of: replica on executor 0"
                + " at \\S+Z, after \\d+ minibatches, replica on executor 1 at \\S+Z, after \\d+"
                + " minibatches; thread dumps: file:\\Q"
                + dumps
                + "\\E");
  }

  @Test
  void theResultSaysThatItHung() throws IOException {
    assertThat(directory.resolve("run/result.json"))
        .content()
        .contains("\"outcome\" : \"hung\"", "\"exit_code\" : 7");
  }

  @Test
  void theDumpsShowWhatTheOtherProcessesWereDoing() throws IOException {
    assertThat(dumps.resolve("driver.txt")).content().contains("\"main\"", "EpochCycle.phase");
    assertThat(dumps.resolve("executor-" + OTHER + ".txt"))
        .content()
        .containsPattern("\"replica\" thread \\d+, .*\n    at ");
  }

  @Test
  void theDumpOfTheStoppedExecutorSaysThatItDidNotAnswer() {
    assertThat(dumps.resolve("executor-" + STOPPED + ".txt"))
        .hasContent("No answer within 10000 ms: the process is stopped, hangs or is gone\n");
  }

  @Test
  void noProcessIsLeft() {
    assertThat(executors).hasSize(2);
    assertThat(executors.values()).noneMatch(ProcessHandle::isAlive);
  }
}
