package dev.sparkresnet.job.failure;

/** A file system did not do what the run needs of it. */
public final class StorageException extends RunException {
  private static final long serialVersionUID = 1L;

  public StorageException(String message) {
    this(message, null);
  }

  public StorageException(String message, Throwable cause) {
    super(Outcome.STORAGE, message, cause);
  }
}
