package dev.sparkresnet.job.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** A HOCON file of the user. */
final class ConfigurationFile {
  static final String BLOCK = "training";
  static final String TOO_DEEP = ": nested too deeply";

  /** Settings have four. */
  private static final int MOST_LEVELS = 50;

  private ConfigurationFile() {}

  /**
   * Parses a file and what it includes from its own directory and below. Blocks other than {@code
   * training} are problems, since nothing would read them.
   *
   * @throws InvalidConfigurationException if the file is missing, not HOCON, or includes what it
   *     must not
   */
  static Config parse(Path file, Problems problems) {
    Config parsed = parse(file, included -> {});
    refuseOtherBlocks(parsed, problems);
    return parsed;
  }

  /**
   * Parses a file as {@link #parse(Path, Problems)}, whatever its blocks.
   *
   * @param found takes each file that it includes
   */
  static Config parse(Path file, Consumer<IncludedFile> found) {
    if (!Files.isRegularFile(file)) {
      String why = Files.exists(file) ? "not a file" : "no such file";
      throw new InvalidConfigurationException(List.of(file + ": " + why));
    }
    try {
      return LocalIncludes.parse(file, found);
    } catch (ConfigException notHocon) {
      throw new InvalidConfigurationException(List.of(oneLine(notHocon)), notHocon);
    }
  }

  /**
   * Fills in references to other settings and to environment variables.
   *
   * @throws InvalidConfigurationException if one leads nowhere, or the result is nested too deeply
   */
  static Config resolve(Config merged) {
    try {
      return shallow(merged.resolve(), "settings");
    } catch (ConfigException unresolved) {
      throw new InvalidConfigurationException(List.of(oneLine(unresolved)), unresolved);
    }
  }

  /**
   * Refuses what is nested so deeply that its paths, of which there is one for each setting, take
   * more memory than it does.
   */
  static Config shallow(Config config, String origin) {
    if (isDeeper(config.root(), MOST_LEVELS)) {
      throw new InvalidConfigurationException(List.of(origin + TOO_DEEP));
    }
    return config;
  }

  private static boolean isDeeper(ConfigValue value, int levels) {
    Collection<? extends ConfigValue> inner = List.of();
    if (value instanceof ConfigObject block) {
      inner = block.values();
    } else if (value instanceof ConfigList list) {
      inner = list;
    }
    return levels == 0 || inner.stream().anyMatch(each -> isDeeper(each, levels - 1));
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
