package dev.sparkresnet.job.explain;

import dev.sparkresnet.job.failure.UserErrorException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Settings of Spark that were made for a run.
 *
 * @param values by key, secrets among them
 */
public record SparkSettings(SortedMap<String, String> values) {
  static final String MASTER = "spark.master";
  static final String DEPLOY_MODE = "spark.submit.deployMode";
  static final String EXECUTOR_CORES = "spark.executor.cores";

  private static final String PREFIX = "spark.";
  private static final String REDACTION = "spark.redaction.regex";
  private static final String EXTRA_CLASS_PATH = "spark.executor.extraClassPath";

  /** Spark's own default, of {@code spark.redaction.regex}. */
  private static final String SECRET = "(?i)secret|password|token|access[.]?key";

  /** What spark-submit tells the driver of itself, and sets anew each time. */
  private static final Set<String> OF_SUBMISSION =
      Set.of("spark.app.submitTime", "spark.app.name", "spark.app.id", "spark.jars");

  /** Copies the settings. */
  public SparkSettings {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /**
   * Settings of the command line over those of the process.
   *
   * @param assignments {@code KEY=VALUE}; later ones win
   * @param process system properties, of which spark-submit and {@code submit/job.sh} make settings
   * @throws UserErrorException if an assignment is none, or would show a secret to others
   */
  public static SparkSettings of(List<String> assignments, Properties process) {
    SortedMap<String, String> values = new TreeMap<>();
    for (String key : process.stringPropertyNames()) {
      if (key.startsWith(PREFIX) && !isOfThisProcess(key, process.getProperty(key))) {
        values.put(key, process.getProperty(key));
      }
    }
    for (String assignment : assignments) {
      int equals = assignment.indexOf('=');
      if (equals < 0 || !assignment.startsWith(PREFIX)) {
        throw new UserErrorException(
            "Cannot read --spark-conf %s: it must be spark.KEY=VALUE"
                .formatted(hidden(assignment)));
      }
      values.put(assignment.substring(0, equals), assignment.substring(equals + 1));
    }
    SparkSettings settings = new SparkSettings(values);
    assignments.forEach(settings::refuseSecret);
    return settings;
  }

  private static String hidden(String text) {
    return Pattern.compile(SECRET).matcher(text).find() ? "***" : text;
  }

  private void refuseSecret(String assignment) {
    String key = assignment.substring(0, assignment.indexOf('='));
    if (isSecret(key, values.get(key))) {
      throw new UserErrorException(
          "Cannot read --spark-conf %s: others can see it in the process list; it belongs into a file"
                  .formatted(key)
              + " that only you can read, for --properties-file");
    }
  }

  /** The jars that this process runs on are no use to a cluster. */
  private static boolean isOfThisProcess(String key, String value) {
    if (key.equals(EXTRA_CLASS_PATH)) {
      Path jars = Path.of(value.replaceAll("/\\*$", ""));
      return System.getProperty("java.class.path").contains(jars.toString());
    }
    return OF_SUBMISSION.contains(key);
  }

  /** These settings and, where they say nothing, others. */
  SparkSettings orElse(Map<String, String> others) {
    SortedMap<String, String> all = new TreeMap<>(others);
    all.putAll(values);
    return new SparkSettings(all);
  }

  Optional<String> value(String key) {
    return Optional.ofNullable(values.get(key));
  }

  String master() {
    return values.getOrDefault(MASTER, "");
  }

  /** Without those that Spark would not show. */
  SortedMap<String, String> shown() {
    SortedMap<String, String> shown = new TreeMap<>(values);
    shown.entrySet().removeIf(each -> isSecret(each.getKey(), each.getValue()));
    return shown;
  }

  /** The keys of those that Spark would not show. */
  Set<String> secrets() {
    SortedMap<String, String> secrets = new TreeMap<>(values);
    secrets.keySet().removeAll(shown().keySet());
    return secrets.keySet();
  }

  /** Spark looks for secrets in values as well, for flags of a JVM hold some. */
  private boolean isSecret(String key, String value) {
    Pattern secret = Pattern.compile(values.getOrDefault(REDACTION, SECRET));
    return secret.matcher(key).find() || secret.matcher(value).find();
  }
}
