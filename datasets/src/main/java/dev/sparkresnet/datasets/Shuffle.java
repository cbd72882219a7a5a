package dev.sparkresnet.datasets;

/** The order in which an epoch sees the examples. */
public final class Shuffle {
  private static final long STREAM = 1;

  private Shuffle() {}

  /**
   * Returns the rank of each example in an epoch: a uniformly random permutation of 0 to {@code
   * examples - 1} that depends on the three arguments alone.
   *
   * <p>It is the Fisher-Yates shuffle of the identity: for each place from the last down to 1, swap
   * it with a place from 0 up to itself, drawn by {@link SplitMix64#below} from the stream keyed
   * with (seed, 1, epoch).
   */
  public static int[] ranks(long seed, int epoch, int examples) {
    SplitMix64 random = SplitMix64.keyed(seed, STREAM, epoch);
    int[] ranks = new int[examples];
    for (int example = 0; example < examples; example++) {
      ranks[example] = example;
    }
    for (int last = examples - 1; last > 0; last--) {
      int chosen = random.below(last + 1);
      int rank = ranks[last];
      ranks[last] = ranks[chosen];
      ranks[chosen] = rank;
    }
    return ranks;
  }
}
