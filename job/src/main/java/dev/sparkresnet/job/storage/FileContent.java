package dev.sparkresnet.job.storage;

import java.io.IOException;
import java.io.OutputStream;

/** What goes into a file. */
@FunctionalInterface
public interface FileContent {
  /** Writes all of it. */
  void writeTo(OutputStream out) throws IOException;

  /**
   * Writes all of it and closes the stream, whatever happens.
   *
   * <p>Try-with-resources cannot do that: a stream of HDFS throws from its close the very exception
   * that it threw before, and one that is to suppress itself becomes an error of its own.
   *
   * @throws IOException the first that was thrown
   */
  default void writeAndClose(OutputStream out) throws IOException {
    try {
      writeTo(out);
    } catch (IOException | RuntimeException e) {
      closeAfter(e, out);
      throw e;
    }
    out.close();
  }

  private static void closeAfter(Exception failure, OutputStream out) {
    try {
      out.close();
    } catch (IOException e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }
}
