package dev.sparkresnet.job.failure;

import java.nio.file.FileSystemException;

/** Why something failed, as it goes after the colon of a message. */
public final class Reason {
  private Reason() {}

  /**
   * The first line of what an exception says, since Hadoop puts stack traces of the server into its
   * messages.
   */
  public static String of(Exception failure) {
    String kind = failure.getClass().getSimpleName();
    String line = String.valueOf(failure.getMessage()).lines().findFirst().orElse(kind);
    // What java.nio says is often just the path.
    return failure instanceof FileSystemException ? kind + ": " + line : line;
  }
}
