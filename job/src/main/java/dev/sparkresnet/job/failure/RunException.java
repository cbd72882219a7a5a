package dev.sparkresnet.job.failure;

/** A command cannot go on. The message is one line that says what cannot be done and why. */
public abstract class RunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Outcome outcome;

  RunException(Outcome outcome, String message, Throwable cause) {
    super(message, cause);
    this.outcome = outcome;
  }

  /** What the caller learns. */
  public final Outcome outcome() {
    return outcome;
  }
}
