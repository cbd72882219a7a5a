package dev.sparkresnet.job.preflight;

import java.io.IOException;
import java.io.Serializable;
import java.util.function.Function;

/**
 * What came of a measurement: a value, or why there is none.
 *
 * @param value null if there is none
 * @param problem in a few words, empty if there is a value
 */
record Measured<T>(T value, String problem) implements Serializable {

  static <T> Measured<T> of(T value) {
    return new Measured<>(value, "");
  }

  static <T> Measured<T> not(String problem) {
    return new Measured<>(null, problem);
  }

  boolean isKnown() {
    return problem.isEmpty();
  }

  T orThrow() throws IOException {
    if (!isKnown()) {
      throw new IOException(problem);
    }
    return value;
  }

  /** Judges the value, or takes it for a failure that there is none. */
  Finding judge(Place where, String cure, Function<T, Finding> judgement) {
    return isKnown() ? judgement.apply(value) : Finding.failed(where, problem, cure);
  }
}
