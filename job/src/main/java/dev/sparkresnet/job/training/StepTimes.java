package dev.sparkresnet.job.training;

import java.io.Serializable;
import java.time.Duration;
import java.util.Locale;

/** Where the time of a replica's epoch went. */
record StepTimes(Duration input, Duration compute, Duration share) implements Serializable {
  static final StepTimes NONE = new StepTimes(Duration.ZERO, Duration.ZERO, Duration.ZERO);

  StepTimes plus(long inputNanos, long computeNanos, long shareNanos) {
    return new StepTimes(
        input.plusNanos(inputNanos), compute.plusNanos(computeNanos), share.plusNanos(shareNanos));
  }

  String summary() {
    return String.format(
        Locale.ROOT,
        "%.1f s waiting for input, %.1f s computing, %.1f s sharing",
        input.toMillis() / 1e3,
        compute.toMillis() / 1e3,
        share.toMillis() / 1e3);
  }
}
