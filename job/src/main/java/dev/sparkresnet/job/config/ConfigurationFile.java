package dev.sparkresnet.job.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A HOCON file of the user. */
final class ConfigurationFile {
  static final String BLOCK = "training";

  private ConfigurationFile() {}

  /**
   * Parses a file and what it includes, relative to it. Blocks other than {@code training} are
   * problems, since nothing would read them.
   *
   * @throws InvalidConfigurationException if the file is missing or not HOCON
   */
  static Config parse(Path file, Problems problems) {
    if (!Files.isRegularFile(file)) {
      String why = Files.exists(file) ? "not a file" : "no such file";
      throw new InvalidConfigurationException(List.of(file + ": " + why));
    }
    Config parsed;
    try {
      ConfigParseOptions mustExist = ConfigParseOptions.defaults().setAllowMissing(false);
      parsed = ConfigFactory.parseFile(file.toFile(), mustExist);
    } catch (ConfigException.IO missingInclude) {
      throw new InvalidConfigurationException(
          List.of(file + ": " + oneLine(missingInclude)), missingInclude);
    } catch (ConfigException notHocon) {
      throw new InvalidConfigurationException(List.of(oneLine(notHocon)), notHocon);
    }
    refuseOtherBlocks(parsed, problems);
    return parsed;
  }

  /**
   * Fills in references to other settings and to environment variables.
   *
   * @throws InvalidConfigurationException if one leads nowhere
   */
  static Config resolve(Config merged) {
    try {
      return merged.resolve();
    } catch (ConfigException unresolved) {
      throw new InvalidConfigurationException(List.of(oneLine(unresolved)), unresolved);
    }
  }

  private static void refuseOtherBlocks(Config parsed, Problems problems) {
    parsed
        .root()
        .forEach(
            (key, value) -> {
              if (!key.equals(BLOCK)) {
                problems.add(value.origin(), key, Suggestion.unknownBlock(key));
              }
            });
  }

  /** Messages of the parser begin with file and line; some run over several lines. */
  static String oneLine(ConfigException problem) {
    return problem.getMessage().replaceAll("\\s+", " ");
  }
}
