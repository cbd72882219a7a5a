package dev.sparkresnet.job.failure;

/** A file system did not do what the run needs of it; the message says what and why. */
public final class StorageException extends RuntimeException {
  public StorageException(String message) {
    super(message);
  }

  public StorageException(String message, Throwable cause) {
    super(message, cause);
  }
}
