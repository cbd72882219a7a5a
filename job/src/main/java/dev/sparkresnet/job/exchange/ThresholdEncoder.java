package dev.sparkresnet.job.exchange;

import dev.sparkresnet.job.exchange.Ranges.Piece;
import java.nio.FloatBuffer;

/** Finds what is to be sent of an update, in one pass over it and the residual. */
final class ThresholdEncoder {
  private final FloatBuffer residual;
  private final FloatBuffer update;
  private final float threshold;
  private final float clip;
  private final Scratch scratch;
  private final BitWriter out;
  private int found;

  ThresholdEncoder(
      FloatBuffer residual,
      FloatBuffer update,
      float threshold,
      float clip,
      Scratch scratch,
      BitWriter out) {
    this.residual = residual;
    this.update = update;
    this.threshold = threshold;
    this.clip = clip;
    this.scratch = scratch;
    this.out = out;
  }

  /** Writes what some parameters are to change by, and returns how many do. */
  int encode(Piece piece) {
    int all = 0;
    for (int start = piece.start(); start < piece.end(); start += Ranges.SEGMENT) {
      int length = Math.min(Ranges.SEGMENT, piece.end() - start);
      found = 0;
      for (int at = 0; at < length; at += Scratch.BLOCK) {
        encodeBlock(start, at, Math.min(Scratch.BLOCK, length - at));
      }
      scratch.write(found, length, out);
      all += found;
    }
    return all;
  }

  private void encodeBlock(int segment, int at, int length) {
    float[] kept = scratch.block;
    float[] change = scratch.other;
    residual.get(segment + at, kept, 0, length);
    update.get(segment + at, change, 0, length);
    for (int i = 0; i < length; i++) {
      kept[i] -= change[i];
    }
    take(at, search(kept, at, length));
    if (clip < Float.POSITIVE_INFINITY) {
      for (int i = 0; i < length; i++) {
        kept[i] = Math.max(-clip, Math.min(clip, kept[i]));
      }
    }
    residual.put(segment + at, kept, 0, length);
  }

  /** Without a branch, which one in a hundred would mispredict. */
  private int search(float[] kept, int at, int length) {
    int[] positions = scratch.positions;
    int least = Float.floatToRawIntBits(threshold);
    int end = found;
    for (int i = 0; i < length; i++) {
      positions[end] = at + i;
      end += (least - 1 - (Float.floatToRawIntBits(kept[i]) & Integer.MAX_VALUE)) >>> 31;
    }
    return end;
  }

  private void take(int at, int end) {
    float[] kept = scratch.block;
    for (int i = found; i < end; i++) {
      int position = scratch.positions[i];
      float value = kept[position - at];
      boolean up = value > 0;
      kept[position - at] = up ? value - threshold : value + threshold;
      scratch.counts[position] = (short) (up ? 1 : -1);
    }
    found = end;
  }
}
