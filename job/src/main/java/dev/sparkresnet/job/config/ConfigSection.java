package dev.sparkresnet.job.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Reads the settings of one block and collects every problem instead of stopping at the first.
 *
 * <p>In place of a value that cannot be used it returns the default of {@code reference.conf}, or
 * null where there is none, so that reading can go on.
 */
final class ConfigSection {
  private final String path;
  private final ConfigObject given;
  private final ConfigObject reference;
  private final Problems problems;
  private final Map<String, Object> plainValues = new TreeMap<>();
  private final Set<String> retired = new HashSet<>();

  /**
   * A block and where its problems go.
   *
   * @param given the block with the defaults already merged in
   */
  ConfigSection(String path, ConfigObject given, ConfigObject reference, Problems problems) {
    this.path = path;
    this.given = given;
    this.reference = reference;
    this.problems = problems;
  }

  <T> T value(String key, ValueReader<T> reader) {
    return value(key, reader, List.of());
  }

  <T> T value(String key, ValueReader<T> reader, Rule<T> rule) {
    return value(key, reader, List.of(rule));
  }

  /** Holds a value against the second rule if it obeys the first. */
  <T> T value(String key, ValueReader<T> reader, Rule<T> first, Rule<T> second) {
    return value(key, reader, List.of(first, second));
  }

  private <T> T value(String key, ValueReader<T> reader, List<Rule<T>> rules) {
    T value =
        parse(key, reader, rules)
            .or(() -> Optional.ofNullable(reference.get(key)).map(reader.parse()))
            .orElse(null);
    plainValues.put(key, value == null ? "" : reader.plain().apply(value));
    return value;
  }

  private <T> Optional<T> parse(String key, ValueReader<T> reader, List<Rule<T>> rules) {
    ConfigValue found = given.get(key);
    if (found == null) {
      problems.add(pathOf(key) + ": must be set");
      return Optional.empty();
    }
    T value;
    try {
      value = reader.parse().apply(found);
    } catch (RuntimeException unreadable) {
      refuse(key, found, reader.requirement());
      return Optional.empty();
    }
    for (Rule<T> rule : rules) {
      if (!rule.holds().test(value)) {
        refuse(key, found, rule.requirement());
        return Optional.empty();
      }
    }
    return Optional.of(value);
  }

  /**
   * Accepts a setting of an earlier version, with a warning.
   *
   * @param why it is not needed, as it goes after its path
   */
  void retired(String key, String why) {
    retired.add(key);
    if (given.containsKey(key)) {
      problems.warn(given.get(key).origin(), pathOf(key), why);
    }
  }

  /** Reads a block inside this one into its record. */
  <T> T section(String key, Function<ConfigSection, T> read) {
    ConfigSection section = section(key);
    T record = section.readAll(read);
    plainValues.put(key, section.plainValues());
    return record;
  }

  private ConfigSection section(String key) {
    ConfigObject defaults = (ConfigObject) reference.get(key);
    if (given.get(key) instanceof ConfigObject block) {
      return new ConfigSection(pathOf(key), block, defaults, problems);
    }
    refuse(key, given.get(key), "must be a block");
    return new ConfigSection(pathOf(key), defaults, defaults, new Problems());
  }

  /**
   * Reads this block into its record, refuses settings that the record does not know, and reports
   * rules between settings if each setting on its own is right.
   */
  <T> T readAll(Function<ConfigSection, T> read) {
    int problemsBefore = problems.count();
    T record;
    try {
      record = read.apply(this);
    } catch (BrokenRulesException broken) {
      if (problems.count() == problemsBefore) {
        broken.problems().forEach(this::refuse);
      }
      record = read.apply(new ConfigSection(path, reference, reference, new Problems()));
    }
    refuseUnknownSettings();
    return record;
  }

  Map<String, Object> plainValues() {
    return plainValues;
  }

  private void refuseUnknownSettings() {
    if (!problems.areUnknownSettings()) {
      return;
    }
    for (String key : given.keySet()) {
      if (!plainValues.containsKey(key) && !retired.contains(key)) {
        String problem = Suggestion.unknownSetting(key, plainValues.keySet(), allSettings());
        problems.add(given.get(key).origin(), pathOf(key), problem);
      }
    }
  }

  private String pathOf(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static Config allSettings() {
    return ConfigFactory.defaultReference().getConfig(ConfigurationFile.BLOCK);
  }

  private void refuse(String key, ConfigValue found, String requirement) {
    problems.add(found.origin(), pathOf(key), requirement + ", found " + shown(found));
  }

  private void refuse(String key, String problem) {
    problems.add(given.toConfig().getValue(key).origin(), pathOf(key), problem);
  }

  private static String shown(ConfigValue value) {
    return value.valueType() == ConfigValueType.OBJECT
        ? "a block"
        : value.render(ConfigRenderOptions.concise());
  }
}
