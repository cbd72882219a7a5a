package dev.sparkresnet.job.memory;

/** Memory in the mebibytes that Spark and the JVM count in. */
public final class MemoryUnits {
  private static final int MEBIBYTE_BITS = 20;

  private MemoryUnits() {}

  /** The least number of whole mebibytes that holds so many bytes. */
  public static long mebibytes(long bytes) {
    return (bytes + (1L << MEBIBYTE_BITS) - 1) >> MEBIBYTE_BITS;
  }
}
