package dev.sparkresnet.job.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.memory.ResultLimit;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class JobCommandTest {
  private static final int LINES_OF_A_SCREEN = 24;

  /** All that there are, so that a new one is among them. */
  static Set<String> commands() {
    return JobCommand.commandLine().getSubcommands().keySet();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpOfEveryCommandFitsAScreenAndHasAnExample(String command) {
    CommandRun help = CommandRun.of(command, "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("Usage: submit/job.sh " + command);
    assertFitsAScreenAndHasAnExample(help, command);
  }

  @Test
  void helpNamesEveryCommand() {
    CommandRun help = CommandRun.of("--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains(commands());
    assertFitsAScreenAndHasAnExample(help, "train");
  }

  private static void assertFitsAScreenAndHasAnExample(CommandRun help, String command) {
    assertThat(help.out()).contains("Example: submit/job.sh " + command);
    assertThat(help.out().lines())
        .hasSizeLessThanOrEqualTo(LINES_OF_A_SCREEN)
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(JobCommand.HELP_WIDTH));
  }

  @Test
  void showsItsVersion() {
    CommandRun run = CommandRun.of("--version");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .matches(
            "spark-resnet50 \\(not packaged\\), commit ([0-9a-f]{12}( with changes)?|unknown)\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                | Cannot run submit/job.sh: Missing required subcommand
          trian             | Did you mean: submit/job.sh train
          train --sett x    | Possible solutions: --set
          train --colour    | Cannot run submit/job.sh train: Unknown option: '--colour'
          train --conf      | Cannot run submit/job.sh train: Missing required parameter for option '--conf' (FILE)
          describe --batch x | Cannot run submit/job.sh describe: Invalid value for option '--batch': 'x' is not an int
          stage-dataset a   | Cannot run submit/job.sh stage-dataset: SOURCE is missing; --download takes the official archive
          """)
  void saysHowToMendArguments(String line, String message) {
    CommandRun run = CommandRun.of(line.isEmpty() ? new String[0] : line.split(" "));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(message).contains("--help'.\n");
  }

  @Test
  void saysWhatIsWrongWithTheConfigurationBeforeItTrains() {
    assertThat(CommandRun.of("train", "--set", "run-directory=runs/a", "--set", "seed=x"))
        .isEqualTo(
            new CommandRun(
                2,
                "",
                """
                Cannot read configuration: --set seed=x: must be a whole number, found "x"; training.dataset.path: must be set
                """));
  }

  /** Before it starts an application, in which it would fail at the end of the first epoch. */
  @Test
  void refusesToTrainWithResultsThatSparkWouldNotTake() {
    System.setProperty(ResultLimit.KEY, "100m");
    try {
      CommandRun run =
          CommandRun.of("train", "--set", "run-directory=a", "--set", "dataset.path=b");
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).contains("spark.driver.maxResultSize = 100m is 100 MB");
    } finally {
      System.clearProperty(ResultLimit.KEY);
    }
  }

  @Test
  void showsTheStackTraceWhenAsked() {
    CommandRun run = CommandRun.of("train", "--set", "seed", "--stacktrace");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("dev.sparkresnet.job.config.InvalidConfigurationException: ")
        .contains("\tat dev.sparkresnet.job.command.TrainCommand.run(TrainCommand.java:")
        .endsWith("training.dataset.path: must be set\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          export --run-directory %s --output a | export: Invalid value for option '--run-directory':
          export --run-directory a --output %s | export: Invalid value for option '--output':
          benchmark --json %s                  | benchmark: Invalid value for option '--json':
          generate-dataset %s                  | generate-dataset: Invalid value for positional parameter at index 0 (DIRECTORY):
          stage-dataset a %s                   | stage-dataset: SOURCE and TARGET
          stage-dataset --download %s a        | stage-dataset: SOURCE and TARGET
          """)
  void refusesAPathWithAPasswordAndDoesNotRepeatIt(String line, String place) {
    CommandRun run = CommandRun.of(line.formatted("s3a://me:hunter2@bucket/a").split(" "));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines())
        .first()
        .isEqualTo(
            "Cannot run submit/job.sh "
                + place
                + " must not hold a password; keep it in a Hadoop credential provider or in a"
                + " properties file that only you can read (submit/job.sh --properties-file)");
    assertThat(run.err()).doesNotContain("hunter2");
  }

  @Test
  void noPasswordOfAPathReachesTheResult() {
    CommandRun run =
        CommandRun.of(
            "train", "--json", "--set", "run-directory=s3a://me:hunter2@a/b", "--set", "seed=x");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).contains("s3a://***@a/b").doesNotContain("hunter2");
    assertThat(run.err()).contains("s3a://***@a/b").doesNotContain("hunter2");
  }

  @Test
  void hidesThePasswordInWhatItDoesNotUnderstand() {
    assertThat(CommandRun.of("train", "s3a://me:hunter2@a/b").err())
        .startsWith(
            "Cannot run submit/job.sh train: Unmatched argument at index 1: 's3a://***@a/b'\n");
  }
}
