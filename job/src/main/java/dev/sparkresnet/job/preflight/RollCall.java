package dev.sparkresnet.job.preflight;

import java.time.Duration;

/**
 * Which executors there are.
 *
 * @param master that Spark was started with
 * @param kind where that has executors run
 * @param found how many came
 * @param patience how long they had
 * @param silence why those that came did not say what they found, empty if they did
 */
record RollCall(String master, Kind kind, int found, Duration patience, String silence) {

  /** Where executors run. */
  enum Kind {
    PROCESSES,
    /** In threads of the driver. */
    LOCAL
  }

  RollCall found(int executors) {
    return new RollCall(master, kind, executors, patience, silence);
  }

  RollCall silent(String reason) {
    return new RollCall(master, kind, found, patience, reason);
  }
}
