package dev.sparkresnet.datasets;

/**
 * The splitmix64 generator: its numbers are a function of its key alone, on every machine and in
 * every version of Java.
 *
 * @see <a href="https://doi.org/10.1145/2660193.2660195">Steele, Lea and Flood 2014, Fast
 *     splittable pseudorandom number generators</a>
 */
public final class SplitMix64 {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  SplitMix64(long state) {
    this.state = state;
  }

  /**
   * Returns a generator whose stream depends on all keys and their order: each key is xored into
   * the next state and mixed.
   */
  public static SplitMix64 keyed(long... keys) {
    long state = 0;
    for (long key : keys) {
      state = mix((state + GOLDEN_GAMMA) ^ key);
    }
    return new SplitMix64(state);
  }

  public long next() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** Returns a number from 0 to {@code bound - 1}: the upper 63 bits as a fraction of the bound. */
  public int below(int bound) {
    return (int) Math.multiplyHigh(next() >>> 1, 2L * bound);
  }

  /** Returns a number from 0 (inclusive) to 1 (exclusive). */
  public double unit() {
    return (next() >>> 11) * 0x1p-53;
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
