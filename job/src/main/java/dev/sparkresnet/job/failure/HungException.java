package dev.sparkresnet.job.failure;

/** No minibatch anywhere for too long. */
public final class HungException extends RunException {
  private static final long serialVersionUID = 1L;

  public HungException(String message) {
    this(message, null);
  }

  public HungException(String message, Throwable cause) {
    super(Outcome.HUNG, message, cause);
  }
}
