package dev.sparkresnet.job.memory;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Memory in the mebibytes that Spark and the JVM count in, and as Spark's settings spell it. */
public final class MemoryUnits {
  private static final int MEBIBYTE_BITS = 20;
  private static final Pattern SIZE = Pattern.compile("(\\d+)(?:([kmgtp])b?|b)?");
  private static final Map<String, Integer> BITS =
      Map.of("k", 10, "m", MEBIBYTE_BITS, "g", 30, "t", 40, "p", 50);

  private MemoryUnits() {}

  /** The least number of whole mebibytes that holds so many bytes. */
  public static long mebibytes(long bytes) {
    return (bytes + (1L << MEBIBYTE_BITS) - 1) >> MEBIBYTE_BITS;
  }

  /**
   * Whole mebibytes of a size such as {@code 2g}, or {@code 2048}, which are mebibytes. Spark's own
   * reader would do, but brings the logging of this process up.
   *
   * @throws NumberFormatException if it is none
   */
  public static long mebibytes(String size) {
    return bytes(size, MEBIBYTE_BITS) >> MEBIBYTE_BITS;
  }

  /**
   * Bytes of a size such as {@code 2g}, or {@code 2048}, which are bytes.
   *
   * @throws NumberFormatException if it is none
   */
  static long bytes(String size) {
    return bytes(size, 0);
  }

  private static long bytes(String size, int bitsWithoutUnit) {
    String text = size.strip().toLowerCase(Locale.ROOT);
    Matcher parts = SIZE.matcher(text);
    if (!parts.matches()) {
      throw new NumberFormatException(size);
    }
    int bits = text.endsWith("b") ? 0 : bitsWithoutUnit;
    if (parts.group(2) != null) {
      bits = BITS.get(parts.group(2));
    }
    try {
      return Math.multiplyExact(Long.parseLong(parts.group(1)), 1L << bits);
    } catch (ArithmeticException e) {
      throw (NumberFormatException) new NumberFormatException(size).initCause(e);
    }
  }
}
