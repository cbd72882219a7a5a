package dev.sparkresnet.job.transport;

import io.aeron.driver.Configuration;
import io.aeron.logbuffer.LogBufferDescriptor;
import org.agrona.SystemUtil;

/**
 * How much memory the files of one end of the mesh take.
 *
 * <p>Aeron keeps a log for each direction of a connection: a publication for what goes out and an
 * image for what comes in. A log is three terms, of which one is written, one is still being sent
 * or read and one is being cleaned, and a page of metadata, and all of it is allocated when the
 * connection is made ({@code aeron.term.buffer.sparse.file} is false). With {@code c} connections
 * and terms of {@code t} bytes:
 *
 * <pre>  bytes = 9 MiB + 2 * c * (3 * t + 4 KiB)</pre>
 *
 * <p>9 MiB are for the queues between Aeron's client and its driver, its counters and its error log
 * (8.1 MiB in Aeron 1.39). The driver of a job has a connection to every replica, a replica has one
 * to the driver: with terms of 4 MiB that is 34 MB for a replica, and 34, 58, 106 MB for a driver
 * with 1, 2, 4 replicas.
 */
public final class AeronMemory {
  /** Of the mesh, unless {@code aeron.term.buffer.length} says something else. */
  static final int TERM_BYTES = 4 << 20;

  private static final long CONTROL_BYTES = 9L << 20;
  private static final long LOGS_PER_CONNECTION = 2;
  private static final int PAGE_BYTES = 4096;

  private AeronMemory() {}

  /** What an end of the mesh with so many connections will take when it is opened. */
  public static long planned(int connections) {
    return bytes(
        connections,
        SystemUtil.getSizeAsInt(Configuration.TERM_BUFFER_LENGTH_PROP_NAME, TERM_BYTES));
  }

  /** What an end with so many connections takes, with terms as long as Aeron is configured to. */
  static long bytes(int connections) {
    return bytes(connections, Configuration.termBufferLength());
  }

  static long bytes(int connections, int termBytes) {
    long log = LogBufferDescriptor.computeLogLength(termBytes, PAGE_BYTES);
    return CONTROL_BYTES + LOGS_PER_CONNECTION * connections * log;
  }

  static long megabytes(long bytes) {
    return -Math.floorDiv(-bytes, 1L << 20);
  }
}
