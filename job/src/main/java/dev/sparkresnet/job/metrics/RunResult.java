package dev.sparkresnet.job.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sparkresnet.job.failure.Explanation;
import dev.sparkresnet.job.failure.Outcome;
import dev.sparkresnet.job.run.ProgramVersion;
import dev.sparkresnet.job.run.RunDirectory;
import dev.sparkresnet.job.storage.AtomicFile;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;

/**
 * What a run came to, for schedulers: the file {@code result.json} of its directory.
 *
 * @param exitCode of the process
 * @param reason in one line
 * @param runAgain whether the same command may come to more
 * @param runDirectory empty if the run did not get that far
 * @param epochs that the configuration asks for, 0 if it could not be read
 * @param epochsComplete of all starts of the run together
 * @param testAccuracy after the last complete epoch, 0 to 1; 0 if there is none
 * @param bestEpoch of the highest test accuracy, 0 if there is none
 * @param ended ISO 8601
 */
@JsonPropertyOrder({
  "outcome",
  "exit_code",
  "reason",
  "run_again",
  "run_directory",
  "epochs",
  "epochs_complete",
  "test_accuracy",
  "best_epoch",
  "best_test_accuracy",
  "program",
  "ended"
})
public record RunResult(
    @JsonProperty("outcome") Outcome outcome,
    @JsonProperty("exit_code") int exitCode,
    @JsonProperty("reason") String reason,
    @JsonProperty("run_again") Outcome.Again runAgain,
    @JsonProperty("run_directory") String runDirectory,
    @JsonProperty("epochs") int epochs,
    @JsonProperty("epochs_complete") int epochsComplete,
    @JsonProperty("test_accuracy") double testAccuracy,
    @JsonProperty("best_epoch") int bestEpoch,
    @JsonProperty("best_test_accuracy") double bestTestAccuracy,
    @JsonProperty("program") String program,
    @JsonProperty("ended") String ended) {
  /** The name of the file. */
  public static final String NAME = "result.json";

  private static final JsonMapper JSON = new JsonMapper();

  /** The result of a run that ends now. */
  public static RunResult of(
      Explanation explanation, String runDirectory, int epochs, List<EpochMetrics> history) {
    EpochMetrics last = history.isEmpty() ? null : history.get(history.size() - 1);
    EpochMetrics best =
        history.stream().max(Comparator.comparingDouble(EpochMetrics::testAccuracy)).orElse(null);
    return new RunResult(
        explanation.outcome(),
        explanation.outcome().exitCode(),
        explanation.reason(),
        explanation.runAgain(),
        runDirectory,
        epochs,
        history.size(),
        last == null ? 0 : last.testAccuracy(),
        best == null ? 0 : best.epoch(),
        best == null ? 0 : best.testAccuracy(),
        ProgramVersion.text(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** The result of a command that failed before it had a run. */
  public static RunResult beforeTheRun(Explanation explanation) {
    return of(explanation, "", 0, List.of());
  }

  /**
   * Replaces the file of the run.
   *
   * @throws java.io.UncheckedIOException if the run directory cannot be written
   */
  public void write(RunDirectory directory) {
    new AtomicFile(directory.hadoop(), directory.path().toString(), NAME)
        .replace(toJson().getBytes(UTF_8));
  }

  /** A JSON object on several lines. */
  public String toJson() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write as JSON: " + this, e);
    }
  }
}
