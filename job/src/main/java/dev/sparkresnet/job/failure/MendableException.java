package dev.sparkresnet.job.failure;

/** A failure that the user can mend; the message says what cannot be done and why. */
public final class MendableException extends RuntimeException {
  public MendableException(String message) {
    super(message);
  }

  public MendableException(String message, Throwable cause) {
    super(message, cause);
  }
}
