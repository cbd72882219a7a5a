package dev.sparkresnet.job.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Values that are fine one by one but not together, by the key of the setting to mend. */
final class BrokenRulesException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final LinkedHashMap<String, String> problems;

  BrokenRulesException(Map<String, String> problems) {
    super(
        problems.entrySet().stream()
            .map(problem -> problem.getKey() + ": " + problem.getValue())
            .collect(Collectors.joining("; ")));
    this.problems = new LinkedHashMap<>(problems);
  }

  /** The problems by key, relative to the block of the record that refused its values. */
  Map<String, String> problems() {
    return problems;
  }
}
