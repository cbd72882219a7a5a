package dev.sparkresnet.job.failure;

/** The network is trained, and not good enough for its purpose. */
public final class LowQualityException extends RunException {
  private static final long serialVersionUID = 1L;

  public LowQualityException(String message) {
    this(message, null);
  }

  public LowQualityException(String message, Throwable cause) {
    super(Outcome.LOW_QUALITY, message, cause);
  }
}
