package dev.sparkresnet.job.preflight.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.preflight.measure.Measured;
import dev.sparkresnet.job.preflight.measure.Measurement;
import dev.sparkresnet.job.preflight.measure.RunDirectoryProbe;
import dev.sparkresnet.job.preflight.measure.TestSurvey;
import dev.sparkresnet.job.preflight.report.CheckResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryCheckTest {
  @TempDir private Path directory;

  private final TestSurvey survey = new TestSurvey();

  private CheckResult check() {
    return survey.check(new RunDirectoryCheck());
  }

  private static Measured<String> attempt(String path) {
    return Measurement.start(
            "run-directory",
            Duration.ofMinutes(1),
            () -> {
              try (RunDirectoryProbe probe =
                  RunDirectoryProbe.open(path, "token", new Configuration())) {
                return probe.writeAndRead("driver");
              }
            })
        .finish();
  }

  private static List<Path> below(Path path) throws IOException {
    try (Stream<Path> all = Files.walk(path)) {
      return all.filter(each -> !each.equals(path)).toList();
    }
  }

  @Test
  void leavesNothingOfADirectoryThatWasNotThere() throws IOException {
    Path run = directory.resolve("runs/first");
    survey.driver.runDirectory = attempt(run.toString());
    survey.first.runDirectory = survey.driver.runDirectory;
    survey.second.runDirectory = survey.driver.runDirectory;
    assertThat(check().line())
        .isEqualTo("run directory    ok       file:%s: written, renamed, read".formatted(run));
    assertThat(below(directory)).isEmpty();
  }

  @Test
  void touchesNothingThatIsThere() throws IOException {
    Path kept = Files.writeString(directory.resolve("metrics.jsonl"), "{}");
    Path other = Files.createDirectory(directory.resolve(".preflight-other-driver"));
    assertThat(attempt(directory.toString()).isKnown()).isTrue();
    assertThat(below(directory)).containsExactlyInAnyOrder(kept, other);
    assertThat(kept).hasContent("{}");
  }

  @Test
  void removesWhatProcessesThatWereEndedLeftBehind() throws IOException {
    Path kept = Files.createDirectory(directory.resolve(".preflight-other-3"));
    Files.createDirectories(directory.resolve(".preflight-token-3/.probe.1.tmp"));
    try (RunDirectoryProbe probe =
        RunDirectoryProbe.open(directory.toString(), "token", new Configuration())) {
      probe.sweep();
    }
    assertThat(below(directory)).containsExactly(kept);
  }

  @Test
  void failsIfTheDriverCannotWrite() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    survey.driver.runDirectory = attempt(file + "/run");
    assertThat(check().line())
        .isEqualTo(
            "run directory    FAILED   driver on a: Parent path is not a directory: file:%s"
                .formatted(file));
    assertThat(check().cures())
        .containsExactly(
            "Set training.run-directory to a directory that this user can write to, or have the"
                + " file system answer.");
  }

  /** Nobody can make anything there, not even root. */
  @Test
  void failsIfTheDriverCannotMakeIt() {
    survey.driver.runDirectory = attempt("/proc/run");
    assertThat(check().line())
        .isEqualTo("run directory    FAILED   driver on a: file:/proc/run cannot be made");
  }

  @Test
  void warnsIfAnExecutorCannotWrite() {
    survey.second.runDirectory = attempt("/proc/1/task");
    assertThat(check().line())
        .startsWith("run directory    warning  executor 1 on b: Cannot write file:/proc/1/task/");
    assertThat(check().cures())
        .containsExactly(
            "Set training.run-directory to a file system that all hosts share, if executors are to"
                + " reach it.");
  }
}
