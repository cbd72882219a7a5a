package dev.sparkresnet.job.exchange;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bits into bytes, the first in the highest, in memory that grows and is used again. */
final class BitWriter {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final int FIRST_BYTES = 1 << 10;

  private byte[] bytes = new byte[FIRST_BYTES];
  private int end;
  private long pending;
  private int pendingBits;

  /** Forgets everything. */
  void clear() {
    end = 0;
    pending = 0;
    pendingBits = 0;
  }

  /**
   * Writes the lowest bits of a value, whose others are 0.
   *
   * @param bits at most 32
   */
  void put(long value, int bits) {
    pending = (pending << bits) | value;
    pendingBits += bits;
    if (pendingBits >= Integer.SIZE) {
      pendingBits -= Integer.SIZE;
      ensureRoom(Integer.BYTES);
      INT.set(bytes, end, (int) (pending >>> pendingBits));
      end += Integer.BYTES;
    }
  }

  /** Writes so many zeros and a one. */
  void putUnary(int zeros) {
    int left = zeros;
    while (left >= Integer.SIZE) {
      put(0, Integer.SIZE);
      left -= Integer.SIZE;
    }
    put(1, left + 1);
  }

  /** Writes zeros up to the next byte. */
  void align() {
    if (pendingBits % Byte.SIZE != 0) {
      put(0, Byte.SIZE - pendingBits % Byte.SIZE);
    }
    ensureRoom(Integer.BYTES);
    while (pendingBits > 0) {
      pendingBits -= Byte.SIZE;
      bytes[end++] = (byte) (pending >>> pendingBits);
    }
  }

  private void ensureRoom(int more) {
    if (end + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
  }

  /** Whole bytes that were written, when aligned. */
  int length() {
    return end;
  }

  /** Copies what was written. */
  void copyTo(byte[] target, int at) {
    System.arraycopy(bytes, 0, target, at, end);
  }
}
