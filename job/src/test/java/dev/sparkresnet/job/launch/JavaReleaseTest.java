package dev.sparkresnet.job.launch;

import static dev.sparkresnet.job.launch.LaunchRun.ROOT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.failure.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which Java it has to be, for the program and for its scripts. */
class JavaReleaseTest {
  @TempDir Path home;

  @Test
  void isOneOfTwo() {
    JavaRelease.require("17.0.15", "/jdk");
    JavaRelease.require("21", "/jdk");
    assertThatThrownBy(() -> JavaRelease.require("25.0.1", "/jdk"))
        .isInstanceOf(UserErrorException.class)
        .hasMessage(
            "Cannot run the job: it needs Java 17 or 21, found 25.0.1 at /jdk; set JAVA_HOME");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          openjdk version "17.0.15" 2025-04-15 | ''
          openjdk version "21" 2023-09-19      | ''
          java version "1.8.0_412"             | it needs Java 17 or 21, found 8 at HOME/bin/java; set JAVA_HOME to Java 17 or 21
          openjdk version "11.0.2" 2019-01-15  | it needs Java 17 or 21, found 11 at HOME/bin/java; set JAVA_HOME to Java 17 or 21
          openjdk version "25" 2025-09-16 LTS  | it needs Java 17 or 21, found 25 at HOME/bin/java; set JAVA_HOME to Java 17 or 21
          what?                                | HOME/bin/java does not say which Java it is; set JAVA_HOME to Java 17 or 21
          """)
  void scriptsAskJavaFirst(String version, String problem) throws Exception {
    script("echo 'Picked up JAVA_TOOL_OPTIONS: -Dx' >&2\necho '%s' >&2\n".formatted(version));
    assertThat(problemWithJava()).isEqualTo(problem.replace("HOME/", home + "/"));
  }

  @Test
  void scriptsSayThatThereIsNoJava() throws Exception {
    assertThat(problemWithJava())
        .isEqualTo(
            "JAVA_HOME=%s starts no Java (No such file or directory); set JAVA_HOME to Java 17 or 21"
                .formatted(home));
  }

  private void script(String text) throws IOException {
    Path java = Files.createDirectory(home.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private String problemWithJava() throws IOException, InterruptedException {
    ProcessBuilder bash =
        new ProcessBuilder(
            "bash",
            "-euo",
            "pipefail",
            "-c",
            "source \"$0\"; problem_with_java",
            ROOT.resolve("submit/java.sh").toString());
    bash.environment().put("JAVA_HOME", home.toString());
    bash.environment().put("LC_ALL", "C");
    Process process = bash.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor()).isZero();
    return said;
  }
}
