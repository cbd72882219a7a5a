package dev.sparkresnet.job.failure;

/** The run was asked to stop. Nothing is lost, and the same command goes on. */
public final class StoppedException extends RunException {
  private static final long serialVersionUID = 1L;

  public StoppedException(String message) {
    this(message, null);
  }

  public StoppedException(String message, Throwable cause) {
    super(Outcome.INTERRUPTED, message, cause);
  }
}
