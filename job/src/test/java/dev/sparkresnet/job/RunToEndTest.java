package dev.sparkresnet.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code submit/schedule/run-to-end.sh}, with a command that ends with one code after the other.
 */
class RunToEndTest {
  private static final Path SCRIPT = Path.of("../submit/schedule/run-to-end.sh").toAbsolutePath();

  @TempDir Path directory;

  private Path command;

  @BeforeEach
  void writeCommand() throws IOException {
    command = directory.resolve("command");
    Files.writeString(
        command,
        """
        echo "try $#"
        code="$(head -n 1 codes)"
        sed -i 1d codes
        exit "$code"
        """);
  }

  private Process start(String codes) throws IOException {
    Files.writeString(directory.resolve("codes"), codes.replace(' ', '\n') + "\n");
    ProcessBuilder process =
        new ProcessBuilder("bash", SCRIPT.toString(), "log", "bash", command.toString(), "a")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("mail").toFile());
    process.environment().put("RETRY_AFTER_SECONDS", "0");
    return process.start();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0",
    "75 6 0 9, 3, 0",
    "3 0, 1, 3",
    "75 2 0, 2, 2",
    "75 75 75 75 0, 4, 75",
  })
  void triesAgainWhatGoesOn(String codes, int tries, int exitCode)
      throws IOException, InterruptedException {
    assertThat(start(codes).waitFor()).isEqualTo(exitCode);
    assertThat(directory.resolve("log")).hasContent("try 1\n".repeat(tries));
  }

  @Test
  void printsForTheMailWhatDidNotSucceed() throws IOException, InterruptedException {
    start("4").waitFor();
    assertThat(directory.resolve("mail"))
        .hasContent("Exit code 4 (README, Outcome), the end of log:\ntry 1\n");
  }

  @Test
  void printsNothingOfASuccess() throws IOException, InterruptedException {
    start("75 0").waitFor();
    assertThat(directory.resolve("mail")).isEmptyFile();
  }

  @Test
  void leavesATrainingAloneThatIsGoingOn() throws IOException, InterruptedException {
    Process training =
        new ProcessBuilder("flock", ".lock", "bash", "-c", "echo held; read -r end")
            .directory(directory.toFile())
            .start();
    assertThat(training.inputReader(UTF_8).readLine()).isEqualTo("held");
    assertThat(start("3").waitFor()).isEqualTo(75);
    assertThat(directory.resolve("mail"))
        .hasContent("Stopped: another training logs into the folder of log and is going on\n");
    assertThat(directory.resolve("log")).doesNotExist();
    training.destroy();
  }
}
