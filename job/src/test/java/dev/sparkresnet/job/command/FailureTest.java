package dev.sparkresnet.job.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.failure.ClusterException;
import dev.sparkresnet.job.failure.DivergedException;
import dev.sparkresnet.job.failure.ExecutorsLostException;
import dev.sparkresnet.job.failure.HungException;
import dev.sparkresnet.job.failure.LowQualityException;
import dev.sparkresnet.job.failure.StorageException;
import dev.sparkresnet.job.failure.UserErrorException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class FailureTest {
  private final StringWriter err = new StringWriter();

  private int report(Throwable failure) {
    CommandLine train = JobCommand.commandLine().getSubcommands().get("train");
    train.setErr(new PrintWriter(err, true));
    return Failure.report(failure, train, false);
  }

  @Test
  void returns2ForWhatTheUserCanMend() {
    assertThat(report(new UserErrorException("Cannot train: no executor"))).isEqualTo(2);
    assertThat(err.toString()).isEqualTo("Cannot train: no executor\n");
  }

  @Test
  void findsWhatTheUserCanMendAmongTheCauses() {
    UserErrorException mendable = new UserErrorException("Cannot train: no executor");
    assertThat(report(new IllegalStateException("wrapped", mendable))).isEqualTo(2);
    assertThat(err.toString()).isEqualTo("Cannot train: no executor\n");
  }

  @Test
  void returnsACodeForEveryOutcome() {
    String message = "Cannot train: because";
    assertThat(report(new LowQualityException(message))).isEqualTo(3);
    assertThat(report(new DivergedException(message))).isEqualTo(4);
    assertThat(report(new StorageException(message))).isEqualTo(5);
    assertThat(report(new UncheckedIOException(message, new IOException()))).isEqualTo(5);
    assertThat(report(new ExecutorsLostException(message))).isEqualTo(6);
    assertThat(report(new HungException(message))).isEqualTo(7);
    assertThat(report(new ClusterException(message))).isEqualTo(8);
    assertThat(err.toString()).isEqualTo((message + "\n").repeat(7));
  }

  @Test
  void returns1ForAFailure() {
    assertThat(report(new IllegalStateException("Cannot train: the loss is NaN"))).isEqualTo(1);
    assertThat(err.toString()).isEqualTo("Cannot train: the loss is NaN\n");
  }

  @Test
  void putsAMessageFromElsewhereIntoOneLine() {
    assertThat(report(new IllegalStateException("stage failed\nDriver stacktrace:"))).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "Cannot complete train: IllegalStateException: stage failed "
                + "(--stacktrace shows where)\n");
  }

  @Test
  void namesAFailureWithoutAMessage() {
    assertThat(report(new NullPointerException())).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo("Cannot complete train: NullPointerException (--stacktrace shows where)\n");
  }

  @Test
  void anErrorEndsWithOneLineAndACode() {
    assertThat(report(new InternalError("no fonts"))).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo("Cannot complete train: InternalError: no fonts (--stacktrace shows where)\n");
  }

  @Test
  void theLastResortOfAProcessTellsWhateverIsThrown() {
    PrintWriter lines = new PrintWriter(err, true);
    int exitCode =
        Failure.told(
            () -> {
              throw new NoClassDefFoundError("org/apache/spark/SparkConf");
            },
            lines);
    assertThat(exitCode).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "Cannot complete the command: NoClassDefFoundError: org/apache/spark/SparkConf"
                + " (--stacktrace shows where)\n");
    assertThat(Failure.told(() -> 4, lines)).isEqualTo(4);
  }

  @Test
  void anErrorWithinACommandDoesNotPassByTheCommandLine() {
    CommandLine command = JobCommand.commandLine().setErr(new PrintWriter(err, true));
    command.setExecutionStrategy(
        JobCommand.telling(
            parsed -> {
              throw new StackOverflowError();
            }));
    assertThat(command.execute("describe")).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo("Cannot complete describe: StackOverflowError (--stacktrace shows where)\n");
  }
}
