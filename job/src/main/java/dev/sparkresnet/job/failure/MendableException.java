package dev.sparkresnet.job.failure;

/** A failure that the user can mend. */
public class MendableException extends RunException {
  private static final long serialVersionUID = 1L;

  public MendableException(String message) {
    this(message, null);
  }

  public MendableException(String message, Throwable cause) {
    super(Outcome.MENDABLE, message, cause);
  }
}
