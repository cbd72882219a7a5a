package dev.sparkresnet.job.submit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code submit/build.sh} with a Maven that takes no time, and what becomes of its builds. */
class BuildScriptTest {
  private static final String JAVA_17 =
      "[[ $* != -version ]] || { echo 'openjdk version \"17.0.1\"' >&2; exit; }\n";

  @TempDir Path directory;

  private Path root;
  private Path source;

  /** How the script ended. */
  private record Outcome(int exitCode, String out, String err) {
    Path build() {
      assertThat(exitCode).as(err).isZero();
      return Path.of(out.strip());
    }
  }

  @BeforeEach
  void copyProject() throws IOException {
    root = Files.createDirectory(directory.resolve("a clone"));
    for (String module : List.of("datasets", "model", "job")) {
      Files.createDirectories(root.resolve(module).resolve("src/main"));
      Files.writeString(root.resolve(module).resolve("pom.xml"), "<project/>");
    }
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    Files.writeString(Files.createDirectory(root.resolve(".mvn")).resolve("jvm.config"), "");
    source = Files.writeString(root.resolve("job/src/main/Main.java"), "class Main {}");
    Files.createDirectory(root.resolve("job/src/build"));
    Files.createDirectory(root.resolve("submit"));
    for (String script : List.of("build.sh", "job.sh", "java.sh")) {
      Files.copy(Scripts.ROOT.resolve("submit").resolve(script), root.resolve("submit/" + script));
      assertThat(root.resolve("submit/" + script).toFile().setExecutable(true)).isTrue();
    }
    program(
        "mvn",
        """
        for word in "$@"; do [[ "$word" != -Djob.runtime=* ]] || build="${word#*=}"; done
        sleep "${MAVEN_SECONDS:-0}"
        [[ ! -e "$(dirname "$0")/broken" ]] || exit 1
        mkdir -p "$build/lib" "$build/jars"
        echo "$@" > "$build/lib/spark-resnet50.jar"
        """);
    program("java", JAVA_17);
  }

  private void program(String name, String text) throws IOException {
    Path program = Files.createDirectories(directory.resolve("bin")).resolve(name);
    Files.writeString(program, "#!/usr/bin/env bash\nset -euo pipefail\n" + text);
    assertThat(program.toFile().setExecutable(true)).isTrue();
  }

  private Process start(String script, Map<String, String> variables, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("bash", root + "/submit/" + script));
    command.addAll(List.of(arguments));
    ProcessBuilder process = new ProcessBuilder(command).directory(directory.toFile());
    process.environment().put("PATH", directory + "/bin:" + System.getenv("PATH"));
    process.environment().keySet().removeAll(List.of("JAVA_HOME", "SPARK_RESNET50_BUILD"));
    process.environment().putAll(variables);
    return process.start();
  }

  private static Outcome end(Process process) throws IOException, InterruptedException {
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
    return new Outcome(process.waitFor(), out, err);
  }

  private Outcome build(String... arguments) throws IOException, InterruptedException {
    return end(start("build.sh", Map.of(), arguments));
  }

  private List<Path> builds() throws IOException {
    try (Stream<Path> entries = Files.list(root.resolve("build"))) {
      return entries
          .filter(each -> Files.isDirectory(each) && !Files.isSymbolicLink(each))
          .toList();
    }
  }

  @Test
  void buildsOnceWhateverTheTimesOfTheSources() throws IOException, InterruptedException {
    Outcome first = build("--if-needed");
    assertThat(first.err()).isEqualTo("Building the job with Maven\n");
    assertThat(first.build().resolve("lib/spark-resnet50.jar")).exists();
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plus(1, ChronoUnit.DAYS)));
    assertThat(build("--if-needed")).isEqualTo(new Outcome(0, first.out(), ""));
  }

  @Test
  void aCopyOfTheCloneIsBuilt() throws IOException, InterruptedException {
    build("--if-needed");
    Path copy = directory.resolve("copy");
    assertThat(new ProcessBuilder("cp", "-r", root.toString(), copy.toString()).start().waitFor())
        .isZero();
    root = copy;
    Outcome outcome = build("--if-needed");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.build()).startsWith(copy.resolve("build"));
  }

  @Test
  void changedSourcesAreBuiltBesideWhatIsThere() throws IOException, InterruptedException {
    Path first = build("--if-needed").build();
    Files.writeString(source, "class Main { int changed; }");
    Path second = build("--if-needed").build();
    assertThat(second).isNotEqualTo(first);
    assertThat(first.resolve("lib/spark-resnet50.jar")).exists();
    Files.writeString(source, "class Main {}");
    assertThat(build("--if-needed").build()).as("the sources of before").isEqualTo(first);
  }

  @Test
  void whatIsBuiltOnDemandIsTakenFromThenOn() throws IOException, InterruptedException {
    Path first = build("--if-needed").build();
    Path forGpus = build("-Pcuda").build();
    assertThat(forGpus).isNotEqualTo(first);
    assertThat(first.resolve("lib/spark-resnet50.jar")).exists();
    assertThat(Files.readString(forGpus.resolve("lib/spark-resnet50.jar"))).contains(" -Pcuda ");
    assertThat(build("--if-needed").build()).isEqualTo(forGpus);
  }

  @Test
  void twoAtOnceBuildOnce() throws IOException, InterruptedException {
    Process one = start("build.sh", Map.of("MAVEN_SECONDS", "0.5"), "--if-needed");
    Process other = start("build.sh", Map.of("MAVEN_SECONDS", "0.5"), "--if-needed");
    Outcome first = end(one);
    Outcome second = end(other);
    assertThat(first.build()).isEqualTo(second.build());
    assertThat(builds()).containsExactly(first.build());
  }

  @Test
  void aBuildThatFailsLeavesNothing() throws IOException, InterruptedException {
    Files.writeString(directory.resolve("bin/broken"), "");
    assertThat(build("--if-needed"))
        .isEqualTo(
            new Outcome(
                2,
                "",
                "Building the job with Maven\nCannot build the job: Maven failed, see above\n"));
    assertThat(end(start("job.sh", Map.of(), "--help")))
        .as("the command that needed it")
        .isEqualTo(build("--if-needed"));
    assertThat(builds()).isEmpty();
    Files.delete(directory.resolve("bin/broken"));
    assertThat(build("--if-needed").build()).exists();
  }

  @Test
  void removesWhatIsADayOldAndNotInUse() throws IOException, InterruptedException {
    Path used = build().build();
    Path unused = build().build();
    Path young = build().build();
    for (Path build : List.of(used, unused)) {
      Files.setLastModifiedTime(build, FileTime.from(Instant.now().minus(2, ChronoUnit.DAYS)));
    }
    Process run =
        new ProcessBuilder(
                "flock",
                "--shared",
                used.resolve("lib/spark-resnet50.jar").toString(),
                "bash",
                "-c",
                "echo held; read -r end")
            .start();
    assertThat(run.inputReader(UTF_8).readLine()).isEqualTo("held");
    Path last = build().build();
    assertThat(builds()).containsExactlyInAnyOrder(used, young, last);
    run.destroy();
  }

  /** A file stands where builds would go, since root may write anywhere. */
  @Test
  void neverBuildsWhatBelongsToOthers() throws IOException, InterruptedException {
    Files.writeString(root.resolve("build"), "");
    assertThat(build("--if-needed"))
        .isEqualTo(
            new Outcome(
                2,
                "",
                "Cannot build the job: it is not built from these sources, and "
                    + root
                    + " is not yours to write; its owner runs submit/build.sh\n"));
  }

  /** The launcher is one that answers with a command. */
  @Test
  void aRunKeepsItsBuildUntilItEnds() throws IOException, InterruptedException {
    program(
        "java",
        JAVA_17
            + """
        if [[ "$*" == *" dev.sparkresnet.job.Submit "*" run" ]]; then
          printf '%s\\0' "" bash -c 'echo running; read -r end' >&3
        fi
        """);
    Process run = start("job.sh", Map.of(), "run");
    assertThat(run.inputReader(UTF_8).readLine()).isEqualTo("running");
    Path used = builds().get(0);
    Files.writeString(source, "// changed\n", StandardOpenOption.APPEND);
    Files.setLastModifiedTime(used, FileTime.from(Instant.now().minus(2, ChronoUnit.DAYS)));
    assertThat(builds()).hasSize(1);
    build("--if-needed");
    assertThat(builds()).as("while the run is going on").hasSize(2).contains(used);
    run.outputWriter(UTF_8).append("end\n").close();
    assertThat(run.waitFor()).isZero();
    build();
    assertThat(used).as("after its end").doesNotExist();
  }
}
