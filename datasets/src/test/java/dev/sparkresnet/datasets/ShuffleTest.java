package dev.sparkresnet.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShuffleTest {
  /** From a program in Python, written after the description in {@link Shuffle#ranks}. */
  @Test
  void givesThePermutationsOfTheDescribedAlgorithm() {
    assertThat(Shuffle.ranks(42, 0, 10)).containsExactly(4, 6, 5, 3, 1, 9, 7, 8, 2, 0);
    assertThat(Shuffle.ranks(42, 1, 10)).containsExactly(8, 3, 4, 7, 2, 9, 0, 5, 1, 6);
    assertThat(Shuffle.ranks(-7, 3, 10)).containsExactly(6, 8, 3, 9, 1, 5, 2, 4, 7, 0);
    assertThat(Arrays.hashCode(Shuffle.ranks(42, 0, 50_000))).isEqualTo(241_164_623);
  }

  @Test
  void isAPermutation() {
    int[] ranks = Shuffle.ranks(5, 2, 50_000);

    Arrays.sort(ranks);
    assertThat(ranks).isEqualTo(IntStream.range(0, 50_000).toArray());
  }

  @Test
  void givesEveryExampleEveryRankAboutEquallyOften() {
    int[][] counts = new int[5][5];
    for (int epoch = 0; epoch < 5000; epoch++) {
      int[] ranks = Shuffle.ranks(11, epoch, 5);
      for (int example = 0; example < 5; example++) {
        counts[example][ranks[example]]++;
      }
    }

    // Five standard deviations of a binomial count of mean 1,000.
    assertThat(Arrays.stream(counts).flatMapToInt(IntStream::of))
        .allMatch(count -> Math.abs(count - 1000) < 142);
  }

  @Test
  void leavesOneExampleOrNoneWhereItIs() {
    assertThat(Shuffle.ranks(1, 1, 1)).containsExactly(0);
    assertThat(Shuffle.ranks(1, 1, 0)).isEmpty();
  }
}
