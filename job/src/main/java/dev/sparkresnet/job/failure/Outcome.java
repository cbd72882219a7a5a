package dev.sparkresnet.job.failure;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a command ended, as its caller learns from the exit code. */
public enum Outcome {
  /** All is done. */
  COMPLETE(0),
  /** For a reason that has no code of its own. */
  FAILED(1),
  /** The user can mend it: arguments, configuration, dataset, cluster. */
  MENDABLE(2),
  /** The network was trained to the end and is not good enough. */
  LOW_QUALITY(3),
  /** Loss or parameters are no longer finite. */
  DIVERGED(4),
  /** A file system did not do what it has to. */
  STORAGE(5),
  /** Executors were lost and did not come back. */
  EXECUTORS_LOST(6),
  /** Nothing went on for too long. */
  HUNG(7),
  /** Stopped from outside, with everything safe; the same command goes on. BSD's EX_TEMPFAIL. */
  INTERRUPTED(75);

  private final int exitCode;

  Outcome(int exitCode) {
    this.exitCode = exitCode;
  }

  /** The exit code of the process. */
  public int exitCode() {
    return exitCode;
  }

  /** As it stands in {@code result.json}, such as {@code executors-lost}. */
  @JsonValue
  public String spelling() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
