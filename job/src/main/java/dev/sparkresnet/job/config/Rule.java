package dev.sparkresnet.job.config;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * A rule that one value must obey on its own.
 *
 * @param requirement how a message names the rule, as in "must be at least 1"
 */
record Rule<T>(Predicate<T> holds, String requirement) {
  static Rule<Integer> atLeast(int minimum) {
    return new Rule<>(value -> value >= minimum, "must be at least " + minimum);
  }

  static Rule<Double> positive() {
    return new Rule<>(value -> value > 0, "must be greater than 0");
  }

  static Rule<Double> notNegative() {
    return new Rule<>(value -> value >= 0, "must be at least 0");
  }

  /** Refuses 1 itself, so that a momentum cannot keep everything for ever. */
  static Rule<Double> fractionBelowOne() {
    return new Rule<>(value -> value >= 0 && value < 1, "must be at least 0 and less than 1");
  }

  static Rule<Double> fraction() {
    return new Rule<>(value -> value >= 0 && value <= 1, "must be from 0 to 1");
  }

  /** Refuses 0 itself. */
  static Rule<Double> positiveFraction() {
    return new Rule<>(value -> value > 0 && value <= 1, "must be greater than 0 and at most 1");
  }

  static Rule<String> notBlank() {
    return new Rule<>(text -> !text.isBlank(), "must not be empty");
  }

  static Rule<String> withoutPassword() {
    return new Rule<>(path -> !PathPassword.isIn(path), PathPassword.REQUIREMENT);
  }

  static Rule<List<Integer>> someAtLeastOne() {
    return new Rule<>(
        values -> !values.isEmpty() && values.stream().allMatch(value -> value >= 1),
        "must be a list of at least one number, each at least 1");
  }

  static Rule<Duration> atLeast(Duration minimum) {
    return new Rule<>(
        duration -> duration.compareTo(minimum) >= 0,
        "must be at least " + minimum.toSeconds() + " seconds");
  }

  static Rule<Duration> someTime() {
    return new Rule<>(duration -> duration.toMillis() > 0, "must be longer than 0");
  }
}
