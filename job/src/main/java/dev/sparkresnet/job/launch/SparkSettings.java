package dev.sparkresnet.job.launch;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Settings of Spark that were made for a run.
 *
 * @param values by key, secrets among them
 */
public record SparkSettings(SortedMap<String, String> values) {
  static final String MASTER = "spark.master";
  static final String DEPLOY_MODE = "spark.submit.deployMode";
  static final String DRIVER_MEMORY = "spark.driver.memory";
  static final String EXECUTOR_MEMORY = "spark.executor.memory";
  static final String DRIVER_FLAGS = "spark.driver.extraJavaOptions";
  static final String EXECUTOR_FLAGS = "spark.executor.extraJavaOptions";
  static final String FILES = "spark.files";

  /** Copies the settings. */
  public SparkSettings {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
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
    Secrets secrets = Secrets.of(values);
    SortedMap<String, String> shown = new TreeMap<>(values);
    shown.entrySet().removeIf(each -> secrets.areIn(each.getKey(), each.getValue()));
    return shown;
  }

  /** The keys of those that Spark would not show. */
  public List<String> secrets() {
    SortedMap<String, String> secrets = new TreeMap<>(values);
    secrets.keySet().removeAll(shown().keySet());
    return List.copyOf(secrets.keySet());
  }
}
