package dev.sparkresnet.job.failure;

/** A failure that the user can mend. */
public class UserErrorException extends RunException {
  private static final long serialVersionUID = 1L;

  public UserErrorException(String message) {
    this(message, null);
  }

  public UserErrorException(String message, Throwable cause) {
    super(Outcome.MENDABLE, message, cause);
  }
}
