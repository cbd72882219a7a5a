package dev.sparkresnet.job.command;

import dev.sparkresnet.job.config.ResolvedConfiguration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that name a configuration. */
final class ConfigurationOptions {
  @Option(names = "--conf", paramLabel = "FILE", description = "HOCON file with the settings.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One setting, above those of the file. May be repeated.")
  private List<String> assignments = new ArrayList<>();

  /**
   * Reads the configuration.
   *
   * @throws dev.sparkresnet.job.config.InvalidConfigurationException with every problem
   */
  ResolvedConfiguration resolve() {
    return ResolvedConfiguration.read(file, assignments);
  }

  /** Reads the configuration of a command that touches neither a run nor a dataset. */
  ResolvedConfiguration resolveWithoutPaths() {
    List<String> withPaths = new ArrayList<>(List.of("run-directory=none", "dataset.path=none"));
    withPaths.addAll(assignments);
    return ResolvedConfiguration.read(file, withPaths);
  }
}
