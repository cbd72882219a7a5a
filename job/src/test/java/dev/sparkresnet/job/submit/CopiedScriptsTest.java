package dev.sparkresnet.job.submit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scripts that start others, in a place where nothing is built and with a Java of any kind. */
class CopiedScriptsTest {
  private static final Path SUBMIT = Path.of("../submit");

  /** A blank in it, as users have. */
  @TempDir private Path parent;

  private Path root;

  @BeforeEach
  void copyScripts() throws IOException {
    root = parent.resolve("my project");
    Files.createDirectories(root.resolve("submit"));
    for (String script : List.of("job.sh", "java.sh", "quickstart.sh", "stoppable.sh")) {
      Files.copy(SUBMIT.resolve(script), root.resolve("submit").resolve(script));
    }
  }

  private static void writeScript(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/usr/bin/env bash\n" + text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private record Outcome(int exitCode, String output) {}

  private Outcome run(Map<String, String> environment, String script, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", root.resolve(script).toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder process = new ProcessBuilder(command).redirectErrorStream(true);
    process.environment().putAll(environment);
    Process started = process.start();
    String output = new String(started.getInputStream().readAllBytes(), UTF_8);
    return new Outcome(started.waitFor(), output);
  }

  @Test
  void quickstartTrainsOnThisMachineWhateverIsExported() throws Exception {
    writeScript(
        root.resolve("submit/job.sh"),
        "echo \"$PWD${SPARK_HOME:-}${HADOOP_CONF_DIR:-}${YARN_CONF_DIR:-}${SPARK_CONF_DIR:-} $*\"");
    Outcome outcome =
        run(
            Map.of(
                "SPARK_HOME", "/opt/spark",
                "SPARK_CONF_DIR", "/etc/spark",
                "HADOOP_CONF_DIR", "/etc/hadoop",
                "YARN_CONF_DIR", "/etc/hadoop",
                "CDPATH", "/"),
            "submit/quickstart.sh",
            "--set",
            "optimizer.epochs=1");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.output().lines())
        .startsWith(
            root + " generate-dataset --train 2560 --test 500 runs/quickstart/data",
            root + " train --conf conf/quickstart.conf --set optimizer.epochs=1")
        .contains("Learning curve: runs/quickstart/learning-curve.png");
  }

  @Test
  void quickstartEndsAsItsTrainingDoes() throws Exception {
    writeScript(root.resolve("submit/job.sh"), "[[ $1 != train ]] || exit 75");
    Outcome outcome = run(Map.of(), "submit/quickstart.sh");
    assertThat(outcome).isEqualTo(new Outcome(75, ""));
  }

  @Test
  void anotherJavaIsNamedBeforeAnythingElse() throws Exception {
    Path home = root.resolve("a java");
    writeScript(home.resolve("bin/java"), "echo 'openjdk version \"25.0.1\" 2025-10-21' >&2");
    Outcome outcome = run(Map.of("JAVA_HOME", home.toString()), "submit/job.sh", "--help");
    assertThat(outcome)
        .isEqualTo(
            new Outcome(
                2,
                "Cannot run submit/job.sh: it needs Java 17 or 21, found 25 at %s/bin/java; set"
                        .formatted(home)
                    + " JAVA_HOME to Java 17 or 21\n"));
  }
}
