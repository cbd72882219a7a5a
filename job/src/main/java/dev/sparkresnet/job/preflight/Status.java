package dev.sparkresnet.job.preflight;

import java.util.Locale;

/** How a check came out, in the order of weight. */
enum Status {
  /** Does not matter for this configuration. */
  SKIPPED,
  OK,
  /** A run would go on, and its user should know. */
  WARNING,
  /** A run would fail. */
  FAILED;

  /** As it stands in JSON. */
  String spelling() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As it stands in the table, where what failed is to catch the eye. */
  String shown() {
    return this == FAILED ? name() : spelling();
  }
}
