package dev.sparkresnet.job.storage;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.FSError;

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
    } catch (FSError e) {
      IOException failure = reported(e);
      closeAfter(failure, out);
      throw failure;
    } catch (IOException | RuntimeException e) {
      closeAfter(e, out);
      throw e;
    }
    try {
      out.close();
    } catch (FSError e) {
      throw reported(e);
    }
  }

  /** Hadoop's local file system has an error for what others throw an exception for. */
  private static IOException reported(FSError error) {
    return error.getCause() instanceof IOException failure ? failure : new IOException(error);
  }

  private static void closeAfter(Exception failure, OutputStream out) {
    try {
      out.close();
    } catch (IOException | FSError e) {
      if (e != failure && e.getCause() != failure) {
        failure.addSuppressed(e);
      }
    }
  }
}
