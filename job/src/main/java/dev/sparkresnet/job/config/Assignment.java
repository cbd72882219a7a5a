package dev.sparkresnet.job.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.Locale;

/** One {@code --set KEY=VALUE} of the command line as a configuration. */
final class Assignment {
  static final String OPTION = "--set ";

  /** As long as the longest path that Linux knows, and its key. */
  private static final int LONGEST = 1 << 13;

  /** Four times the longest setting. */
  private static final int LONGEST_KEY = 200;

  private static final ConfigParseOptions WITHOUT_INCLUDES =
      ConfigParseOptions.defaults().setIncluder(new NoIncludes());

  private Assignment() {}

  /**
   * Reads an assignment such as {@code optimizer.epochs=2}; the leading {@code training.} may be
   * left out.
   *
   * <p>A value is taken as it stands, so that {@code hdfs://host/path} needs no quotes; one that
   * begins with a bracket is read as HOCON. Returns an empty configuration after a problem.
   */
  static Config parse(String assignment, Problems problems) {
    if (assignment.length() > LONGEST) {
      problems.add(
          String.format(
              Locale.ROOT, "%s%.50s...: longer than %d characters", OPTION, assignment, LONGEST));
      return ConfigFactory.empty();
    }
    int equals = assignment.indexOf('=');
    if (equals < 1 || equals > LONGEST_KEY) {
      problems.add(OPTION + assignment + ": must be KEY=VALUE");
      return ConfigFactory.empty();
    }
    String key = assignment.substring(0, equals).strip();
    String path = key.startsWith("training.") ? key : "training." + key;
    try {
      Object value = plainValue(assignment.substring(equals + 1).strip());
      ConfigValue located = ConfigValueFactory.fromAnyRef(value, OPTION + assignment);
      return ConfigurationFile.shallow(located.atPath(path), OPTION + assignment);
    } catch (ConfigException unreadable) {
      problems.add(OPTION + assignment + ": cannot be read as a key and a value");
      return ConfigFactory.empty();
    }
  }

  private static Object plainValue(String value) {
    boolean bracketed = value.startsWith("[") || value.startsWith("{");
    return bracketed
        ? ConfigFactory.parseString("value = " + value, WITHOUT_INCLUDES)
            .getValue("value")
            .unwrapped()
        : value;
  }
}
