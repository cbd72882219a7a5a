package dev.sparkresnet.job.failure;

/** An executor was lost, and with it the epoch. */
public final class ExecutorsLostException extends RunException {
  private static final long serialVersionUID = 1L;

  public ExecutorsLostException(String message) {
    this(message, null);
  }

  public ExecutorsLostException(String message, Throwable cause) {
    super(Outcome.EXECUTORS_LOST, message, cause);
  }
}
