package dev.sparkresnet.job.launch;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a secret is called: Spark's own idea, of {@code spark.redaction.regex}, but for names of
 * what is none.
 */
final class Secrets {
  private static final String KEY = "spark.redaction.regex";
  private static final String DEFAULT = "(?i)secret|password|token|access[.]?key";

  /** How a message says why others would see a secret, and what to do instead. */
  static final String EXPOSED =
      "others can see it in the process list; it belongs into a file that only you can read, for"
          + " --properties-file";

  /**
   * What is called after a secret without being one: a class, a file, a switch, a mounted volume.
   */
  private static final Pattern HARMLESS =
      Pattern.compile(
          "(?i).*(providers?|class|impl|file|path|dir|location|enabled?|required|type|algorithm"
              + "|interval|lifetime|expiry|ttl|size|length|ratio)"
              + "|spark\\.kubernetes\\.(driver|executor)\\.(secrets|secretKeyRef)\\..*");

  /** Flags of a JVM and parameters of an address name what they set. */
  private static final Pattern ASSIGNMENT = Pattern.compile("([\\w.-]+)\\s*=(?=\\s*\\S)");

  private final Pattern names;

  private Secrets(Pattern names) {
    this.names = names;
  }

  /** As the settings say, or as Spark does where they say nothing. */
  static Secrets of(Map<String, String> settings) {
    return new Secrets(Pattern.compile(settings.getOrDefault(KEY, DEFAULT)));
  }

  /** Whether a key is that of a secret, or a value gives one to what it names itself. */
  boolean areIn(String key, String value) {
    return isSecret(key)
        || ASSIGNMENT.matcher(value).results().anyMatch(each -> isSecret(each.group(1)));
  }

  private boolean isSecret(String key) {
    return names.matcher(key).find() && !HARMLESS.matcher(key).matches();
  }
}
