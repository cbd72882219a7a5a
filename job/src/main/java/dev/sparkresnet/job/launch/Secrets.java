package dev.sparkresnet.job.launch;

import java.util.Map;
import java.util.regex.Pattern;

/** What a secret is called: Spark's own idea, of {@code spark.redaction.regex}. */
final class Secrets {
  private static final String KEY = "spark.redaction.regex";
  private static final String DEFAULT = "(?i)secret|password|token|access[.]?key";

  /** How a message says why others would see a secret, and what to do instead. */
  static final String EXPOSED =
      "others can see it in the process list; it belongs into a file that only you can read, for"
          + " --properties-file";

  private final Pattern names;

  private Secrets(Pattern names) {
    this.names = names;
  }

  /** As the settings say, or as Spark does where they say nothing. */
  static Secrets of(Map<String, String> settings) {
    return new Secrets(Pattern.compile(settings.getOrDefault(KEY, DEFAULT)));
  }

  /** Spark looks for secrets in values as well, for flags of a JVM hold some. */
  boolean areIn(String key, String value) {
    return areIn(key) || areIn(value);
  }

  boolean areIn(String text) {
    return names.matcher(text).find();
  }
}
