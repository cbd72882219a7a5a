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

/**
 * The scripts of the repository whose job was packaged just now, and a Spark distribution that
 * prints the arguments of spark-submit, one a line.
 */
final class Scripts {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  static final Path JOB_JAR = ROOT.resolve("job/target/runtime/lib/spark-resnet50.jar");

  private final Path directory;

  /** How a script ended. */
  record Outcome(int exitCode, List<String> out, String err) {
    String valueAfter(String option) {
      return out.get(out.indexOf(option) + 1);
    }
  }

  /**
   * Installs the distribution.
   *
   * @param directory empty; scripts are run in it
   */
  Scripts(Path directory) throws IOException {
    this.directory = directory;
    Path script = Files.createDirectory(directory.resolve("bin")).resolve("spark-submit");
    Files.writeString(script, "#!/usr/bin/env bash\nprintf '%s\\n' \"$@\"\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
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
        .removeAll(List.of("SPARK_HOME", "SPARK_CONF_DIR", "HADOOP_CONF_DIR"));
    process.environment().putAll(environment);
    int exitCode = process.start().waitFor();
    return new Outcome(exitCode, Files.readAllLines(out), Files.readString(err, UTF_8));
  }

  Outcome submit(String... arguments) throws IOException, InterruptedException {
    return run(withSpark(), "submit/job.sh", arguments);
  }

  /** Submits a training that knows what it must. */
  Outcome train(String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("train", "--set", "run-directory=r"));
    all.addAll(List.of("--set", "dataset.path=d"));
    all.addAll(List.of(arguments));
    return submit(all.toArray(String[]::new));
  }

  /** A file for {@code --properties-file}. */
  Path properties(String permissions, String content) throws IOException {
    Path file = Files.writeString(directory.resolve("spark.properties"), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }
}
