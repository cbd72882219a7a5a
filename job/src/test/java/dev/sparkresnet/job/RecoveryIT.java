package dev.sparkresnet.job;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.JobProcess.Outcome;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.MetricsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs that lose executors, are asked to stop, run out of time or diverge. */
@Timeout(value = 5, unit = MINUTES, threadMode = SEPARATE_THREAD)
class RecoveryIT {
  private static final int IMAGES = 960;
  private static final Pattern STOPPED =
      Pattern.compile(
          "Stopped by SIGTERM after (step \\d+ of epoch \\d+|epoch \\d+); the same command goes on"
              + " from there");

  @TempDir private static Path directory;

  private static Path images;

  @BeforeAll
  static void generateImages() {
    images = directory.resolve("images");
    SyntheticCifar.generate(new Configuration(), images.toString(), IMAGES, 32, 3);
  }

  private static List<String> training(String run, String... settings) {
    return JobProcess.training(
        Stream.concat(
            Stream.of(
                "run-directory=" + directory.resolve(run),
                "dataset.path=" + images,
                "model.blocks=[1]",
                "model.width=8",
                "optimizer.batch-size=8",
                "log-every-steps=1"),
            Stream.of(settings)));
  }

  private static JsonNode resultOf(String run) throws IOException {
    return new ObjectMapper().readTree(Files.readString(directory.resolve(run + "/result.json")));
  }

  @Test
  void aRunGoesOnWithoutTheExecutorsItLosesUntilItLosesTooMany() throws Exception {
    List<String> command =
        training(
            "lossy", "optimizer.epochs=2", "checkpoint.every-steps=30", "recovery.max-failures=1");
    Outcome lost = loseTwoExecutors(command);
    assertThat(lost.exitCode()).isEqualTo(6);
    assertThat(lost.lines())
        .anyMatch(
            line ->
                line.endsWith(
                    "; 1 lost of at most 1 (training.recovery.max-failures), going on from the last"
                        + " checkpoint"))
        .anyMatch(line -> line.matches(".* everything after .* is repeated, from .*"));
    assertThat(lost.lines())
        .filteredOn(line -> line.startsWith("Cannot "))
        .singleElement()
        .asString()
        .endsWith("; 2 lost of at most 1 (training.recovery.max-failures)");
    assertThat(resultOf("lossy").path("outcome").asText()).isEqualTo("executors-lost");

    String where = stopByTerm(command);
    Outcome resumed = JobProcess.start(command).finish();
    assertThat(resumed.exitCode()).isZero();
    assertThat(resumed.lines()).anyMatch(line -> line.contains(": resuming after " + where + ","));
    assertThat(new MetricsFile(new Configuration(), directory.resolve("lossy").toString()).read())
        .extracting(EpochMetrics::epoch, EpochMetrics::examples)
        .containsExactly(tuple(1, (long) IMAGES), tuple(2, (long) IMAGES));
  }

  private static Outcome loseTwoExecutors(List<String> command) throws Exception {
    JobProcess job = JobProcess.start(command);
    job.awaitLine("step 20/60");
    job.executors().get("1").destroyForcibly();
    job.awaitLine("is repeated, from ");
    job.awaitLine("step 40/60");
    job.executors().get("0").destroyForcibly();
    return job.finish();
  }

  private static String stopByTerm(List<String> command) throws Exception {
    JobProcess job = JobProcess.start(command);
    job.awaitLine(", step ");
    job.signal("TERM");
    Outcome stopped = job.finish();
    assertThat(stopped.exitCode()).isEqualTo(75);
    String last = stopped.lines().get(stopped.lines().size() - 1);
    Matcher where = STOPPED.matcher(last);
    assertThat(where.matches()).as(last).isTrue();
    assertThat(resultOf("lossy").path("outcome").asText()).isEqualTo("interrupted");
    assertThat(resultOf("lossy").path("reason").asText()).isEqualTo(last);
    return where.group(1);
  }

  /** On most machines the time is over before there is a run directory. */
  @Test
  void aRunWhoseTimeIsOverEndsAndMayGoOn() throws Exception {
    Outcome outcome =
        JobProcess.start(training("short", "optimizer.epochs=1000", "stop-after=3 seconds"))
            .finish();
    assertThat(outcome.exitCode()).isEqualTo(75);
    assertThat(outcome.lines().get(outcome.lines().size() - 1))
        .matches("Stopped by training.stop-after = 3 s( after .*)?; the same command goes on .*");
  }

  @Test
  void aRunThatDivergesFailsUnlessItIsToRollBack() throws Exception {
    String[] settings = {
      "optimizer.epochs=1",
      "optimizer.learning-rate=1e20",
      "master=parameter-averaging",
      "recovery.roll-back-factor=1e-22"
    };
    Outcome failed = JobProcess.start(training("diverging", settings)).finish();
    assertThat(failed.exitCode()).isEqualTo(4);
    assertThat(failed.lines().get(failed.lines().size() - 1)).startsWith("Cannot go on training: ");
    assertThat(resultOf("diverging").path("outcome").asText()).isEqualTo("diverged");

    List<String> rollingBack = training("diverging", settings);
    rollingBack.addAll(List.of("--set", "recovery.on-divergence=roll-back"));
    Outcome mended = JobProcess.start(rollingBack).finish();
    assertThat(mended.exitCode()).isZero();
    assertThat(mended.lines())
        .anyMatch(
            line ->
                line.endsWith(
                    "; roll-back 1 of at most 3: the learning rate is multiplied by 1.0E-22 from"
                        + " here on"))
        .anyMatch(
            line ->
                line.endsWith("everything after epoch 0 is repeated, from the initial weights"));
    assertThat(
            new MetricsFile(new Configuration(), directory.resolve("diverging").toString()).read())
        .extracting(EpochMetrics::learningRate)
        .containsExactly(1e20 * 1e-22);
  }
}
