package dev.sparkresnet.job.submit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The scripts of the repository, and a Spark distribution that prints the umask and the arguments
 * of spark-submit, a NUL after each.
 */
final class Scripts {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private final Path directory;
  private final Path sparkSubmit;

  /** How a script ended. */
  record Outcome(int exitCode, String out, String err) {
    List<String> words() {
      return List.of(out.split("\0"));
    }
  }

  /**
   * Installs the distribution.
   *
   * @param directory empty; scripts are run in it
   */
  Scripts(Path directory) throws IOException {
    this.directory = directory;
    this.sparkSubmit = Files.createDirectory(directory.resolve("bin")).resolve("spark-submit");
    Files.writeString(sparkSubmit, "#!/usr/bin/env bash\nprintf '%s\\0' \"$(umask)\" \"$@\"\n");
    assertThat(sparkSubmit.toFile().setExecutable(true)).isTrue();
  }

  /** The job that was packaged just now. */
  static Path jobJar() {
    return Path.of(System.getenv("SPARK_RESNET50_BUILD"), "lib", "spark-resnet50.jar");
  }

  Path sparkSubmit() {
    return sparkSubmit;
  }

  /** The environment of somebody who has a Spark. */
  Map<String, String> withSpark() {
    return Map.of("SPARK_HOME", directory.toString());
  }

  Outcome run(Map<String, String> environment, String script, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", ROOT.resolve(script).toString()));
    command.addAll(List.of(arguments));
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    process
        .environment()
        .keySet()
        .removeAll(List.of("SPARK_HOME", "SPARK_CONF_DIR", "HADOOP_CONF_DIR", "YARN_CONF_DIR"));
    process.environment().putAll(environment);
    int exitCode = process.start().waitFor();
    return new Outcome(exitCode, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }
}
