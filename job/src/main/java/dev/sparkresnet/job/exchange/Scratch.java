package dev.sparkresnet.job.exchange;

import java.util.Arrays;

/** Memory for one segment, of one thread. */
final class Scratch {
  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  /** Values that are computed with while they are in the cache. */
  static final int BLOCK = 1024;

  final short[] counts = new short[Ranges.SEGMENT];
  final int[] positions = new int[Ranges.SEGMENT];
  final float[] block = new float[BLOCK];
  final float[] other = new float[BLOCK];

  private final long[] marked = new long[Ranges.SEGMENT / Long.SIZE];

  private Scratch() {}

  /** Writes the counts of the first positions, which are 0 then, as all others of the segment. */
  void write(int found, int length, BitWriter out) {
    SegmentCode.write(counts, positions, found, length, out);
    for (int i = 0; i < found; i++) {
      counts[positions[i]] = 0;
    }
  }

  /** Remembers the first positions, or all up to a length, as where counts may not be 0. */
  void mark(int found, int length) {
    if (found == SegmentCode.ALL) {
      Arrays.fill(marked, 0, length / Long.SIZE, -1);
      for (int i = length / Long.SIZE * Long.SIZE; i < length; i++) {
        marked[i / Long.SIZE] |= 1L << i;
      }
      return;
    }
    for (int i = 0; i < found; i++) {
      marked[positions[i] / Long.SIZE] |= 1L << positions[i];
    }
  }

  /** Puts the marked positions whose counts are not 0 in order, and unmarks them. */
  int takeMarked() {
    int found = 0;
    for (int word = 0; word < marked.length; word++) {
      for (long left = marked[word]; left != 0; left &= left - 1) {
        int position = word * Long.SIZE + Long.numberOfTrailingZeros(left);
        positions[found] = position;
        found += counts[position] == 0 ? 0 : 1;
      }
      marked[word] = 0;
    }
    return found;
  }

  static Scratch ofThisThread() {
    return OF_THREAD.get();
  }
}
