package dev.sparkresnet.job.exchange;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads what {@link BitWriter} wrote, and nothing beyond its end. */
final class BitReader {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private byte[] bytes = {};
  private int at;
  private int end;

  /** The next bits, the first of them highest; beyond those that count, what follows or zeros. */
  private long window;

  private int bits;

  /** Reads from here on. */
  void start(byte[] source, int from, int to) {
    bytes = source;
    at = from;
    end = to;
    window = 0;
    bits = 0;
  }

  private void fill() {
    if (at + Long.BYTES <= end) {
      window |= (long) LONG.get(bytes, at) >>> bits;
      int whole = (Long.SIZE - 1 - bits) >>> 3;
      at += whole;
      bits += whole << 3;
      return;
    }
    while (bits <= Long.SIZE - Byte.SIZE && at < end) {
      window |= (bytes[at++] & 0xffL) << (Long.SIZE - Byte.SIZE - bits);
      bits += Byte.SIZE;
    }
  }

  /**
   * The next bits as a number.
   *
   * @param count at most 32
   */
  int take(int count) {
    if (bits < count) {
      fill();
      if (bits < count) {
        throw ended();
      }
    }
    int value = (int) (window >>> 1 >>> (Long.SIZE - 1 - count));
    window <<= count;
    bits -= count;
    return value;
  }

  /** How many zeros there are before the next one, which is taken as well. */
  int takeUnary() {
    fill();
    int zeros = Long.numberOfLeadingZeros(window);
    if (zeros < bits) {
      window = window << zeros << 1;
      bits -= zeros + 1;
      return zeros;
    }
    return takeLongUnary();
  }

  /**
   * Adds numbers to counts that stand as {@link SegmentCode#count} of unary codes, one after the
   * other: as many calls of {@link #takeUnary} would do, with fewer looks at the memory.
   */
  void addUnaryCounts(short[] counts, int length) {
    int next = 0;
    while (next < length) {
      fill();
      int before = next;
      long left = window;
      int whole = bits;
      int zeros = Long.numberOfLeadingZeros(left);
      while (next < length && zeros < whole) {
        counts[next++] += (short) SegmentCode.count(zeros);
        left = left << zeros << 1;
        whole -= zeros + 1;
        zeros = Long.numberOfLeadingZeros(left);
      }
      window = left;
      bits = whole;
      if (next == before) {
        counts[next++] += (short) SegmentCode.count(takeLongUnary());
      }
    }
  }

  private int takeLongUnary() {
    int zeros = 0;
    while (true) {
      int more = Math.min(Long.numberOfLeadingZeros(window), bits);
      zeros += more;
      if (more < bits) {
        window = window << more << 1;
        bits -= more + 1;
        return zeros;
      }
      window = 0;
      bits = 0;
      fill();
      if (bits == 0) {
        throw ended();
      }
    }
  }

  /** Skips to the next whole byte. */
  void align() {
    int part = bits & (Byte.SIZE - 1);
    window <<= part;
    bits -= part;
  }

  /** Whether everything was read, when aligned. */
  boolean isAtEnd() {
    return at == end && bits == 0;
  }

  private static DamagedMessageException ended() {
    return new DamagedMessageException("Cannot read a message: it ends before its counts do");
  }
}
