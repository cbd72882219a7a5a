package dev.sparkresnet.job.config;

import static java.util.stream.Collectors.toUnmodifiableSet;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValueFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A checked configuration and its text.
 *
 * @param text the block {@code training} in JSON, which is HOCON as well: every setting, defaults
 *     included, in alphabetical order, one spelling for equal values, and nothing from outside the
 *     block
 * @param assigned paths of the settings that were assigned one by one, such as {@code
 *     training.optimizer.epochs}
 * @param origins where each setting comes from, by path: a file and line, {@code --set}, {@code
 *     default}, or what else set it
 */
public record ResolvedConfiguration(
    TrainingConfig training, String text, Set<String> assigned, SortedMap<String, String> origins) {
  private static final String DEFAULT = "default";

  /** What the text takes at most as UTF-8; one with every setting takes a fiftieth. */
  public static final int LARGEST_TEXT_BYTES = 1 << 18;

  /**
   * Reads a configuration: assignments over system properties over the file over the defaults.
   *
   * @param file HOCON file; what it includes is relative to it, in its directory or below
   * @param assignments {@code KEY=VALUE}, with or without the leading {@code training.}; later ones
   *     win
   * @throws InvalidConfigurationException naming every problem with its file and line
   */
  public static ResolvedConfiguration read(Optional<Path> file, List<String> assignments) {
    return unlessTooDeep("settings", () -> readAny(file, assignments));
  }

  private static ResolvedConfiguration readAny(Optional<Path> file, List<String> assignments) {
    Problems problems = new Problems();
    Config given =
        file.map(path -> ConfigurationFile.parse(path, problems)).orElse(ConfigFactory.empty());
    Config assigned = ConfigFactory.empty();
    for (String assignment : assignments) {
      assigned = Assignment.parse(assignment, problems).withFallback(assigned);
    }
    Config merged =
        assigned
            .withFallback(ConfigFactory.defaultOverrides())
            .withFallback(given)
            .withFallback(ConfigFactory.defaultReferenceUnresolved());
    return of(merged, keys(assigned), problems);
  }

  /**
   * Reads the text of a configuration that was resolved before, such as that of a checkpoint.
   * Settings of another version of this program, which this one does not know, decide nothing.
   *
   * @param origin names the text in messages
   * @throws InvalidConfigurationException naming every problem
   */
  public static ResolvedConfiguration parse(String text, String origin) {
    return unlessTooDeep(
        origin,
        () ->
            of(
                parseJson(text, origin).withFallback(ConfigFactory.defaultReferenceUnresolved()),
                Set.of(),
                new Problems(false)));
  }

  /** The parser and everything after it goes into each level of nesting by a call. */
  private static <T> T unlessTooDeep(String origin, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (StackOverflowError e) {
      throw new InvalidConfigurationException(List.of(origin + ConfigurationFile.TOO_DEEP));
    }
  }

  private static Set<String> keys(Config config) {
    return config.entrySet().stream().map(Map.Entry::getKey).collect(toUnmodifiableSet());
  }

  private static ResolvedConfiguration of(Config merged, Set<String> assigned, Problems problems) {
    Config resolved = ConfigurationFile.resolve(merged);
    ConfigSection root =
        new ConfigSection("", resolved.root(), ConfigFactory.defaultReference().root(), problems);
    TrainingConfig training = root.section(ConfigurationFile.BLOCK, TrainingConfig::read);
    problems.throwIfAny();
    String text = render(root.plainValues());
    if (text.getBytes(StandardCharsets.UTF_8).length > LARGEST_TEXT_BYTES) {
      problems.add(
          String.format(
              Locale.ROOT, "all settings together: longer than %d bytes", LARGEST_TEXT_BYTES));
    }
    problems.throwIfAny();
    return new ResolvedConfiguration(training, text, assigned, origins(resolved));
  }

  private static SortedMap<String, String> origins(Config resolved) {
    SortedMap<String, String> origins = new TreeMap<>();
    for (var setting : resolved.withOnlyPath(ConfigurationFile.BLOCK).entrySet()) {
      origins.put(setting.getKey(), name(setting.getValue().origin()));
    }
    return origins;
  }

  /** The value of an assignment is what was typed, so its origin need not say it again. */
  private static String name(ConfigOrigin origin) {
    if (origin.resource() != null) {
      return DEFAULT;
    }
    return origin.description().startsWith(Assignment.OPTION)
        ? Assignment.OPTION.strip()
        : origin.description();
  }

  /** The settings of this configuration by path, as {@link #settingsOf} gives them. */
  public SortedMap<String, String> settings() {
    return settingsOf(text);
  }

  /**
   * The settings in the text of a configuration by path, such as {@code training.model.width}, so
   * that two configurations can be compared.
   *
   * @throws InvalidConfigurationException if the text is not JSON
   */
  public static SortedMap<String, String> settingsOf(String text) {
    return unlessTooDeep("configuration", () -> settingsOfAny(text));
  }

  private static SortedMap<String, String> settingsOfAny(String text) {
    SortedMap<String, String> settings = new TreeMap<>();
    for (var setting : parseJson(text, "configuration").entrySet()) {
      settings.put(setting.getKey(), setting.getValue().render(ConfigRenderOptions.concise()));
    }
    return settings;
  }

  /** Nothing but JSON: HOCON may include files and environment variables of this machine. */
  private static Config parseJson(String text, String origin) {
    try {
      ConfigParseOptions json =
          ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON).setOriginDescription(origin);
      return ConfigurationFile.shallow(ConfigFactory.parseString(text, json), origin);
    } catch (ConfigException notJson) {
      throw new InvalidConfigurationException(List.of(ConfigurationFile.oneLine(notJson)), notJson);
    }
  }

  private static String render(Map<String, Object> values) {
    return ConfigValueFactory.fromMap(values)
        .render(ConfigRenderOptions.defaults().setOriginComments(false));
  }
}
