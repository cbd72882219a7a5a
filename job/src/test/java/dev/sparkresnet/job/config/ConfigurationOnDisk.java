package dev.sparkresnet.job.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A configuration file whose first two lines give the settings that have no default. */
final class ConfigurationOnDisk {
  private static final String REQUIRED =
      """
      training.run-directory = runs/a
      training.dataset.path = data/cifar10
      """;

  private ConfigurationOnDisk() {}

  static TrainingConfig read(String... lines) {
    return resolve(REQUIRED + String.join("\n", lines)).training();
  }

  static ResolvedConfiguration resolve(String text, String... assignments) {
    try {
      Path directory = Files.createTempDirectory("configuration");
      Path file = Files.writeString(directory.resolve("bad.conf"), text);
      try {
        return ResolvedConfiguration.read(Optional.of(file), List.of(assignments));
      } catch (InvalidConfigurationException invalid) {
        throw new AssertionError(invalid.getMessage().replace(directory + "/", "conf/"), invalid);
      } finally {
        Files.delete(file);
        Files.delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is wrong with a file of the two required settings and these lines from line 3 on. */
  static String problems(String... lines) {
    return problemsOf(REQUIRED + String.join("\n", lines));
  }

  /** What is wrong with a file, whose name reads {@code conf/bad.conf}. */
  static String problemsOf(String text, String... assignments) {
    return catchThrowableOfType(AssertionError.class, () -> resolve(text, assignments))
        .getMessage();
  }

  /** The message for a single line of which one setting is wrong. */
  static String onLine3(String setting, String problem) {
    return "Cannot read configuration: conf/bad.conf: 3: training." + setting + ": " + problem;
  }
}
