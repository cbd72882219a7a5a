package dev.sparkresnet.job.exchange;

/** Memory for one segment, of one thread. */
final class Scratch {
  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  /** Values that are computed with while they are in the cache. */
  static final int BLOCK = 1024;

  final short[] counts = new short[Ranges.SEGMENT];
  final int[] positions = new int[Ranges.SEGMENT];
  final float[] block = new float[BLOCK];
  final float[] other = new float[BLOCK];

  private Scratch() {}

  static Scratch ofThisThread() {
    return OF_THREAD.get();
  }
}
