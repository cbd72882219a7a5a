package dev.sparkresnet.job.launch;

import dev.sparkresnet.job.command.Launcher;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a launch came to.
 *
 * @param vector to execute, if there is one
 */
public record LaunchRun(int exitCode, Optional<ArgumentVector> vector, String out, String err) {
  /** The installation is that of the sources. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Nothing of it is read. */
  static final Path BUILD = Path.of("/somewhere/build");

  static final String JOB_JAR = BUILD + "/lib/spark-resnet50.jar";
  static final int CORES = 9;

  private static final long MEMORY_BYTES = 64L << 30;
  private static final String TRAIN = "train --set run-directory=r --set dataset.path=d";

  /** Launches with some environment variables. */
  public static LaunchRun of(Map<String, String> variables, List<String> words) {
    Environment environment = new Environment(ROOT, BUILD, variables, CORES, MEMORY_BYTES);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<ArgumentVector> vectors = new ArrayList<>();
    int exitCode =
        new Launcher(environment, vectors::add)
            .launch(words, new PrintWriter(out, true), new PrintWriter(err, true));
    return new LaunchRun(exitCode, vectors.stream().findFirst(), out.toString(), err.toString());
  }

  /** Launches with a Spark at hand. */
  static LaunchRun withSpark(String... words) {
    return of(Map.of("SPARK_HOME", "/spark"), List.of(words));
  }

  /** Launches a training that knows what it must, with a Spark at hand. */
  static LaunchRun train(String... more) {
    return withSpark(training(more).toArray(String[]::new));
  }

  /** The words of a training that knows what it must. */
  static List<String> training(String... more) {
    List<String> words = new ArrayList<>(List.of(TRAIN.split(" ")));
    words.addAll(List.of(more));
    return words;
  }

  /** One that was refused before anything was executed. */
  static LaunchRun refused(String line) {
    return new LaunchRun(2, Optional.empty(), "", line + "\n");
  }

  List<String> words() {
    return vector.orElseThrow(() -> new AssertionError(err)).words();
  }

  String valueAfter(String option) {
    return words().get(words().indexOf(option) + 1);
  }

  /** The values of a setting of Spark that spark-submit is given. */
  List<String> settings(String key) {
    return words().stream()
        .filter(word -> word.startsWith(key + "="))
        .map(word -> word.substring(key.length() + 1))
        .toList();
  }
}
