package dev.sparkresnet.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitMix64Test {
  @Test
  void isTheGeneratorOfSplittableRandom() {
    SplittableRandom reference = new SplittableRandom(1234567);
    SplitMix64 random = new SplitMix64(1234567);

    for (int i = 0; i < 1000; i++) {
      assertThat(random.next()).isEqualTo(reference.nextLong());
    }
  }

  @Test
  void startsWithThePublishedNumbers() {
    SplitMix64 random = new SplitMix64(1234567);

    assertThat(Long.toUnsignedString(random.next())).isEqualTo("6457827717110365317");
    assertThat(Long.toUnsignedString(random.next())).isEqualTo("3203168211198807973");
    assertThat(Long.toUnsignedString(random.next())).isEqualTo("9817491932198370423");
  }

  @Test
  void drawsEachNumberBelowTheBoundAboutEquallyOften() {
    SplitMix64 random = new SplitMix64(1);
    int[] counts = new int[9];
    for (int i = 0; i < 90_000; i++) {
      counts[random.below(9)]++;
    }

    // Five standard deviations of a binomial count of mean 10,000.
    assertThat(IntStream.of(counts)).allMatch(count -> Math.abs(count - 10_000) < 5 * 95);
  }

  @Test
  void unitNumbersFillTheIntervalFromZeroToOne() {
    SplitMix64 random = new SplitMix64(2);
    double[] numbers = new double[10_000];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = random.unit();
    }

    assertThat(DoubleStream.of(numbers))
        .allMatch(number -> number >= 0 && number < 1)
        .anyMatch(number -> number < 0.01)
        .anyMatch(number -> number > 0.99);
  }

  @Test
  void everyKeyAndTheirOrderChangeTheStream() {
    assertThat(
            new long[] {
              SplitMix64.keyed(1, 2).next(),
              SplitMix64.keyed(2, 1).next(),
              SplitMix64.keyed(1, 3).next(),
              SplitMix64.keyed(1, 2, 0).next(),
              SplitMix64.keyed(1).next()
            })
        .doesNotHaveDuplicates();
  }
}
