package dev.sparkresnet.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import dev.sparkresnet.job.failure.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code submit/schedule/run-to-end.sh} and {@code once.sh}, with a command that ends with one code
 * after the other, and a job that can say nothing but whether to run again.
 */
@Timeout(value = 1, unit = MINUTES, threadMode = SEPARATE_THREAD)
class RunToEndTest {
  private static final Path SUBMIT = Path.of("../submit");
  private static final int HIGHEST_CODE = 255;

  @TempDir Path directory;

  private Path command;

  @BeforeEach
  void copyScripts() throws IOException {
    Files.createDirectories(directory.resolve("submit/schedule"));
    for (String script : List.of("stoppable.sh", "schedule/run-to-end.sh", "schedule/once.sh")) {
      Files.copy(SUBMIT.resolve(script), directory.resolve("submit").resolve(script));
    }
    Path job = directory.resolve("submit/job.sh");
    String answers =
        IntStream.rangeClosed(0, HIGHEST_CODE)
            .mapToObj(code -> code + ") echo " + Outcome.againAfter(code).spelling() + " ;;")
            .collect(joining("\n"));
    Files.writeString(job, "[[ $1 == run-again ]] || exit 2\ncase $2 in\n" + answers + "\nesac\n");
    Files.setPosixFilePermissions(job, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(job, "#!/usr/bin/env bash\n" + Files.readString(job));
  }

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
    return start(codes, "submit/schedule/run-to-end.sh", "log");
  }

  private Process start(String codes, String... script) throws IOException {
    Files.writeString(directory.resolve("codes"), codes.replace(' ', '\n') + "\n");
    // Who runs the tests may have them ignore a signal, such as nohup.
    List<String> words = new ArrayList<>(List.of("env", "--default-signal=HUP,INT", "bash"));
    words.addAll(List.of(script));
    words.addAll(List.of("bash", command.toString(), "a"));
    ProcessBuilder process =
        new ProcessBuilder(words)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("mail").toFile());
    process.environment().put("RETRY_AFTER_SECONDS", "0");
    process.environment().put("RETRY_LATER_SECONDS", "0");
    return process.start();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0",
    "75 6 0 2, 3, 0",
    "3 0, 1, 3",
    "75 2 0, 2, 2",
    "75 75 75 75 0, 4, 75",
    "5 7 8 0, 4, 0",
    "137 0, 2, 0",
    "1 4, 2, 4",
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
        .hasContent("Exit code 4 (README, When something fails), the end of log:\ntry 1\n");
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

  @ParameterizedTest
  @CsvSource({"0, 0", "2, 99", "3, 99", "4, 99", "1, 1", "5, 5", "6, 6", "75, 75", "137, 137"})
  void toldOnceASchedulerLearnsWhatIsFinal(String code, int exitCode)
      throws IOException, InterruptedException {
    assertThat(start(code, "submit/schedule/once.sh").waitFor()).isEqualTo(exitCode);
  }

  /** Where the job cannot even say that, it cannot run. */
  @Test
  void doesNotGoOnWithoutAnAnswer() throws IOException, InterruptedException {
    Files.writeString(directory.resolve("submit/job.sh"), "exit 2\n");
    assertThat(start("75 0").waitFor()).isEqualTo(75);
    assertThat(directory.resolve("log")).content().startsWith("try 1\n").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({
    "TERM, submit/schedule/run-to-end.sh log",
    "INT, submit/schedule/run-to-end.sh log",
    "HUP, submit/schedule/run-to-end.sh log",
    "TERM, submit/schedule/once.sh",
  })
  void aSignalIsPassedOnAndTheTrainingWaitedFor(String signal, String script) throws Exception {
    Files.writeString(
        command,
        """
        trap 'echo stopping; read -r go < go; exit 75' TERM
        echo "$$" > begun
        sleep 60 & wait
        """);
    assertThat(new ProcessBuilder("mkfifo", "go", "begun").directory(directory.toFile()).start())
        .returns(0, RunToEndTest::exitCode);
    Process wrapper = start("", script.split(" ", -1));
    String training = Files.readString(directory.resolve("begun")).strip();
    assertThat(new ProcessBuilder("kill", "-" + signal, String.valueOf(wrapper.pid())).start())
        .returns(0, RunToEndTest::exitCode);
    Files.writeString(directory.resolve("go"), "go\n");
    assertThat(wrapper.waitFor()).isEqualTo(75);
    assertThat(ProcessHandle.of(Long.parseLong(training))).isEmpty();
  }

  private static int exitCode(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
