package dev.sparkresnet.job.exchange;

/**
 * The counts of a segment as bytes: how many thresholds each parameter changes by.
 *
 * <p>A segment starts with a byte: a kind in the upper 3 bits, and in the lower 5 the parameter of
 * its Rice codes (Rice 1979; quotient by {@code 2^k} in unary, then k bits). Then
 *
 * <ul>
 *   <li>{@code EMPTY}: nothing;
 *   <li>{@code SIGNS}: how many are not zero less 1 (16 bits), for each of them the zeros before it
 *       as a Rice code, and its sign, where all of them are 1 or -1;
 *   <li>{@code LEVELS}: the same, and the absolute value less 1 in unary;
 *   <li>{@code DENSE}: every count, the absolute value twice and less 1 if positive, as a Rice
 *       code;
 *   <li>{@code RAW}: every count in 16 bits.
 * </ul>
 *
 * <p>and zeros up to a whole byte. The shortest is taken.
 */
final class SegmentCode {
  /** Instead of a number of positions: any count of the segment may be other than 0. */
  static final int ALL = -1;

  private static final int EMPTY = 0;
  private static final int SIGNS = 1;
  private static final int LEVELS = 2;
  private static final int DENSE = 3;
  private static final int RAW = 4;
  private static final int PARAMETER_BITS = 5;
  private static final int LONGEST_PARAMETER = 14;

  private SegmentCode() {}

  /**
   * Writes counts.
   *
   * @param positions of those that are not 0, ascending
   * @param found how many positions there are
   * @param length counts in all
   */
  static void write(short[] counts, int[] positions, int found, int length, BitWriter out) {
    if (found == 0) {
      out.put(EMPTY << PARAMETER_BITS, Byte.SIZE);
      out.align();
      return;
    }
    int absolutes = 0;
    int positive = 0;
    for (int i = 0; i < found; i++) {
      int count = counts[positions[i]];
      absolutes += Math.abs(count);
      positive += (count >>> 31) ^ 1;
    }
    int gaps = positions[found - 1] + 1 - found;
    int sparse = riceParameter((double) gaps / found);
    int dense = riceParameter((2.0 * absolutes - positive) / length);
    long sparseBits = 16L + found * (2L + sparse) + (gaps >> sparse) + (absolutes - found);
    long denseBits = length * (1L + dense) + ((2L * absolutes - positive) >> dense);
    if (Math.min(sparseBits, denseBits) >= (long) Short.SIZE * length) {
      writeRaw(counts, length, out);
    } else if (sparseBits <= denseBits) {
      writeSparse(counts, positions, found, sparse, absolutes > found, out);
    } else {
      writeDense(counts, length, dense, out);
    }
    out.align();
  }

  /** That for which half of the geometrically distributed values have no quotient, about. */
  private static int riceParameter(double mean) {
    int parameter = 0;
    while (parameter < LONGEST_PARAMETER && mean * 0.69 > (1L << (parameter + 1))) {
      parameter++;
    }
    return mean * 0.69 > 1 ? Math.min(parameter + 1, LONGEST_PARAMETER) : 0;
  }

  private static void writeSparse(
      short[] counts, int[] positions, int found, int rice, boolean levels, BitWriter out) {
    out.put(((levels ? LEVELS : SIGNS) << PARAMETER_BITS) | rice, Byte.SIZE);
    out.put(found - 1, Short.SIZE);
    int next = 0;
    for (int i = 0; i < found; i++) {
      int position = positions[i];
      int gap = position - next;
      next = position + 1;
      out.putUnary(gap >> rice);
      int count = counts[position];
      out.put(((gap & ((1 << rice) - 1)) << 1) | (count >>> 31), rice + 1);
      if (levels) {
        out.putUnary(Math.abs(count) - 1);
      }
    }
  }

  private static void writeDense(short[] counts, int length, int rice, BitWriter out) {
    out.put((DENSE << PARAMETER_BITS) | rice, Byte.SIZE);
    int mask = (1 << rice) - 1;
    for (int i = 0; i < length; i++) {
      int code = code(counts[i]);
      int quotient = code >> rice;
      if (quotient + rice < Integer.SIZE) {
        out.put((1L << rice) | (code & mask), quotient + 1 + rice);
      } else {
        out.putUnary(quotient);
        out.put(code & mask, rice);
      }
    }
  }

  private static void writeRaw(short[] counts, int length, BitWriter out) {
    out.put(RAW << PARAMETER_BITS, Byte.SIZE);
    for (int i = 0; i < length; i++) {
      out.put(counts[i] & 0xffff, Short.SIZE);
    }
  }

  /** 0, 1, -1, 2, -2 as 0, 1, 2, 3, 4. */
  private static int code(int count) {
    return count > 0 ? 2 * count - 1 : -2 * count;
  }

  /** The other way round. */
  static int count(int code) {
    int half = (code + 1) >> 1;
    int negative = (code & 1) - 1;
    return (half ^ negative) - negative;
  }

  /**
   * Adds the counts of a segment to others.
   *
   * @param positions takes those of the counts of a sparse segment
   * @return how many positions there are, or {@link #ALL}
   * @throws DamagedMessageException if nobody wrote them
   */
  static int addTo(short[] counts, int[] positions, int length, BitReader in) {
    int first = in.take(Byte.SIZE);
    int kind = first >> PARAMETER_BITS;
    int rice = first & ((1 << PARAMETER_BITS) - 1);
    if (rice > LONGEST_PARAMETER || kind > RAW) {
      throw new DamagedMessageException(
          "Cannot read a message: a segment of kind " + kind + " with codes of " + rice + " bits");
    }
    int found =
        switch (kind) {
          case EMPTY -> 0;
          case SIGNS -> addSparse(counts, positions, length, rice, false, in);
          case LEVELS -> addSparse(counts, positions, length, rice, true, in);
          case DENSE -> addDense(counts, length, rice, in);
          default -> addRaw(counts, length, in);
        };
    in.align();
    return found;
  }

  private static int addSparse(
      short[] counts, int[] positions, int length, int rice, boolean levels, BitReader in) {
    int found = in.take(Short.SIZE) + 1;
    int next = 0;
    for (int i = 0; i < found; i++) {
      long gap = (long) in.takeUnary() << rice;
      int low = in.take(rice + 1);
      long position = next + gap + (low >> 1);
      if (position >= length) {
        throw new DamagedMessageException("Cannot read a message: a count beyond its segment");
      }
      positions[i] = (int) position;
      next = (int) position + 1;
      int size = levels ? in.takeUnary() + 1 : 1;
      counts[(int) position] += (short) ((low & 1) == 0 ? size : -size);
    }
    return found;
  }

  private static int addDense(short[] counts, int length, int rice, BitReader in) {
    if (rice == 0) {
      in.addUnaryCounts(counts, length);
      return ALL;
    }
    for (int i = 0; i < length; i++) {
      int code = (in.takeUnary() << rice) | in.take(rice);
      counts[i] += (short) count(code);
    }
    return ALL;
  }

  private static int addRaw(short[] counts, int length, BitReader in) {
    for (int i = 0; i < length; i++) {
      counts[i] += (short) in.take(Short.SIZE);
    }
    return ALL;
  }
}
