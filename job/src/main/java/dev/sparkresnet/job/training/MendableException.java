package dev.sparkresnet.job.training;

/** A failure whose cause the user can mend. The message is one line, {@code Cannot ...: <why>}. */
public final class MendableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MendableException(String message) {
    super(message);
  }

  public MendableException(String message, Throwable cause) {
    super(message, cause);
  }
}
