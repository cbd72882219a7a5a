package dev.sparkresnet.job.failure;

/** Loss or parameters of a replica are no longer finite. */
public final class DivergedException extends RunException {
  private static final long serialVersionUID = 1L;

  public DivergedException(String message) {
    this(message, null);
  }

  public DivergedException(String message, Throwable cause) {
    super(Outcome.DIVERGED, message, cause);
  }
}
