package dev.sparkresnet.job.exchange;

import dev.sparkresnet.job.exchange.Ranges.Piece;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * All numbers of an update, in the order of the parameters. The sum is added up in floats, in the
 * order of the replicas.
 */
final class DenseCode implements UpdateCode {
  private static final int UPPER_HALF = 16;

  private final Ranges ranges;
  private final Workers workers;
  private final boolean half;

  /**
   * Numbers as they are, or shorter.
   *
   * @param half whether numbers are rounded to bfloat16 on their way
   */
  DenseCode(Ranges ranges, Workers workers, boolean half) {
    this.ranges = ranges;
    this.workers = workers;
    this.half = half;
  }

  @Override
  public void reset() {}

  @Override
  public List<Long> writeParts(
      FloatBuffer update, float threshold, float clip, List<Message> parts) {
    for (int owner = 0; owner < parts.size(); owner++) {
      Message part = parts.get(owner);
      part.resize(longestBody(owner));
      onBlocks(
          owner,
          (at, offset, length, scratch) -> {
            update.get(at, scratch.block, 0, length);
            write(scratch.block, part.body(), offset, length);
          });
    }
    return IntStream.range(0, parts.size()).mapToObj(owner -> (long) ranges.length(owner)).toList();
  }

  @Override
  public void writeSum(int owner, List<Message> parts, Message sum) {
    parts.forEach(part -> requireLength(part, owner));
    sum.resize(longestBody(owner));
    onBlocks(
        owner,
        (at, offset, length, scratch) -> {
          read(parts.get(0).body(), offset, scratch.block, length);
          for (Message part : parts.subList(1, parts.size())) {
            read(part.body(), offset, scratch.other, length);
            for (int i = 0; i < length; i++) {
              scratch.block[i] += scratch.other[i];
            }
          }
          write(scratch.block, sum.body(), offset, length);
        });
  }

  @Override
  public void apply(List<Message> sums, float threshold, FloatBuffer parameters) {
    onSums(
        sums,
        (at, length, sum, scratch) -> {
          parameters.get(at, scratch.block, 0, length);
          for (int i = 0; i < length; i++) {
            scratch.block[i] -= sum[i];
          }
          parameters.put(at, scratch.block, 0, length);
        });
  }

  /** Sets values to the mean over all participants. */
  void applyMean(List<Message> sums, FloatBuffer values) {
    onSums(
        sums,
        (at, length, sum, scratch) -> {
          for (int i = 0; i < length; i++) {
            sum[i] /= ranges.participants();
          }
          values.put(at, sum, 0, length);
        });
  }

  private interface OnSum {
    void run(int at, int length, float[] sum, Scratch scratch);
  }

  private void onSums(List<Message> sums, OnSum work) {
    for (int owner = 0; owner < sums.size(); owner++) {
      Message sum = sums.get(owner);
      requireLength(sum, owner);
      onBlocks(
          owner,
          (at, offset, length, scratch) -> {
            read(sum.body(), offset, scratch.other, length);
            work.run(at, length, scratch.other, scratch);
          });
    }
  }

  private interface OnBlock {
    /**
     * Works on some parameters that follow each other.
     *
     * @param at first parameter
     * @param offset the same, counted from the first of the owner
     */
    void run(int at, int offset, int length, Scratch scratch);
  }

  private void onBlocks(int owner, OnBlock work) {
    workers.run(
        ranges.pieces(owner),
        (index, scratch) -> {
          Piece piece = ranges.piece(owner, index);
          for (int at = piece.start(); at < piece.end(); at += Scratch.BLOCK) {
            int length = Math.min(Scratch.BLOCK, piece.end() - at);
            work.run(at, at - ranges.start(owner), length, scratch);
          }
        });
  }

  private void write(float[] values, ByteBuffer body, int offset, int length) {
    if (!half) {
      body.asFloatBuffer().put(offset, values, 0, length);
      return;
    }
    ShortBuffer halves = body.asShortBuffer();
    for (int i = 0; i < length; i++) {
      halves.put(offset + i, toHalf(values[i]));
    }
  }

  private void read(ByteBuffer body, int offset, float[] values, int length) {
    if (!half) {
      body.asFloatBuffer().get(offset, values, 0, length);
      return;
    }
    ShortBuffer halves = body.asShortBuffer();
    for (int i = 0; i < length; i++) {
      values[i] = Float.intBitsToFloat(halves.get(offset + i) << UPPER_HALF);
    }
  }

  /** To the nearest, of two to the even one; what is not a number stays that. */
  static short toHalf(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> UPPER_HALF) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> UPPER_HALF) & 1)) >>> UPPER_HALF);
  }

  private void requireLength(Message message, int owner) {
    if (message.bodyBytes() != longestBody(owner)) {
      throw new DamagedMessageException(
          String.format(
              Locale.ROOT,
              "Cannot read a message: its body has %d bytes instead of %d",
              message.bodyBytes(),
              longestBody(owner)));
    }
  }

  @Override
  public int longestBody(int owner) {
    return Math.multiplyExact(ranges.length(owner), half ? Short.BYTES : Float.BYTES);
  }
}
