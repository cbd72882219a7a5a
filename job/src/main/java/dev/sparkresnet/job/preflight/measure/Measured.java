package dev.sparkresnet.job.preflight.measure;

import java.io.IOException;
import java.io.Serializable;
import java.util.function.Function;

/**
 * What came of a measurement: a value, or why there is none.
 *
 * @param value null if there is none
 * @param problem in a few words, empty if there is a value
 */
public record Measured<T>(T value, String problem) implements Serializable {

  public static <T> Measured<T> of(T value) {
    return new Measured<>(value, "");
  }

  public static <T> Measured<T> not(String problem) {
    return new Measured<>(null, problem);
  }

  public boolean isKnown() {
    return problem.isEmpty();
  }

  public T orThrow() throws IOException {
    if (!isKnown()) {
      throw new IOException(problem);
    }
    return value;
  }

  /** Judges the value, or takes it for a failure that there is none. */
  public Finding judge(Place where, String cure, Function<T, Finding> judgement) {
    return isKnown() ? judgement.apply(value) : Finding.failed(where, problem, cure);
  }
}
