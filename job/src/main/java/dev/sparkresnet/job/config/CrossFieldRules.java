package dev.sparkresnet.job.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** Collects what is wrong between the settings of one record, for its compact constructor. */
final class CrossFieldRules {
  private final Map<String, String> problems = new LinkedHashMap<>();

  /** Adds a problem such as "must be less than 5, found 7" unless the rule holds. */
  CrossFieldRules require(boolean holds, String key, String requirement, Object found) {
    if (!holds) {
      problems.put(key, requirement + ", found " + found);
    }
    return this;
  }

  /**
   * Ends the chain.
   *
   * @throws BrokenRulesException with every rule that does not hold
   */
  void check() {
    if (!problems.isEmpty()) {
      throw new BrokenRulesException(problems);
    }
  }
}
