package dev.sparkresnet.job.preflight.measure;

import java.util.Locale;

/** How a check came out, in the order of weight. */
public enum Status {
  /** Does not matter for this configuration. */
  SKIPPED,
  OK,
  /** A run would go on, and its user should know. */
  WARNING,
  /** A run would fail. */
  FAILED;

  /** As it stands in JSON. */
  public String spelling() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As it stands in the table, where what failed is to catch the eye. */
  public String shown() {
    return this == FAILED ? name() : spelling();
  }
}
