package dev.sparkresnet.job.failure;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/**
 * How a command ended, as its caller learns from the exit code, and what the same again would do.
 * {@code submit/schedule} goes by it, through the command {@code run-again}; what a run goes on
 * after by itself is decided in {@code training}.
 */
public enum Outcome {
  /** All is done. */
  COMPLETE(0, "done", Again.NO),
  /** For a reason that has no code of its own. */
  FAILED(1, "failed", Again.LATER),
  /** The user can mend it: arguments, configuration, dataset, cluster. */
  MENDABLE(2, "for you to mend", Again.NO),
  /** The network was trained to the end and is not good enough. */
  LOW_QUALITY(3, "accuracy below evaluation.minimum-accuracy", Again.NO),
  /** Loss or parameters are no longer finite. */
  DIVERGED(4, "diverged", Again.NO),
  /** A file system did not do what it has to. */
  STORAGE(5, "storage", Again.LATER),
  /** Executors were lost and did not come back. */
  EXECUTORS_LOST(6, "executors lost", Again.YES),
  /** Nothing went on for too long. */
  HUNG(7, "hung", Again.LATER),
  /** The cluster did not start the application, or gave it too few executors in time. */
  CLUSTER(8, "no room or no answer on the cluster", Again.LATER),
  /** Stopped from outside, with everything safe; the same command goes on. BSD's EX_TEMPFAIL. */
  INTERRUPTED(75, "stopped, safe to run again", Again.YES);

  /** Whether to run the same command again. */
  public enum Again {
    /** There is nothing left to do, or it would end the same. */
    NO,
    /** What failed may have healed by then. */
    LATER,
    /** It goes on after the last checkpoint. */
    YES;

    /** As it stands in {@code result.json}, and as {@code run-again} prints it. */
    @JsonValue
    public String spelling() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Shells add the number of the signal to it that killed a process. */
  private static final int KILLED = 128;

  private final int exitCode;
  private final String meaning;
  private final Again again;

  Outcome(int exitCode, String meaning, Again again) {
    this.exitCode = exitCode;
    this.meaning = meaning;
    this.again = again;
  }

  /**
   * Whether to run a command again that ended with an exit code: one of these outcomes, or whatever
   * the end of a process came to that had no time to say why.
   */
  public static Again againAfter(int exitCode) {
    return Arrays.stream(values())
        .filter(outcome -> outcome.exitCode == exitCode)
        .findFirst()
        .map(Outcome::again)
        .orElse(exitCode > KILLED ? Again.YES : Again.LATER);
  }

  /** The exit code of the process. */
  public int exitCode() {
    return exitCode;
  }

  /** In a few words, for people. */
  public String meaning() {
    return meaning;
  }

  /** Whether to run the same command again. */
  public Again again() {
    return again;
  }

  /** As it stands in {@code result.json}, such as {@code executors-lost}. */
  @JsonValue
  public String spelling() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
