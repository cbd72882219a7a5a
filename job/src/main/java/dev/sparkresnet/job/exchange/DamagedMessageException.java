package dev.sparkresnet.job.exchange;

/** A message that no participant of this version writes. */
public final class DamagedMessageException extends IllegalStateException {
  /** With one line for users. */
  public DamagedMessageException(String message) {
    super(message);
  }
}
