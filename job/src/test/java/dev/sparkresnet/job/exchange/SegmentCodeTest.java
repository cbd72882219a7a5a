package dev.sparkresnet.job.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentCodeTest {
  private static final int LENGTH = Ranges.SEGMENT;

  /** Sums of so many counts that are 1 or -1 with a probability. */
  private static short[] sums(int participants, double sparsity, int length, long seed) {
    Random random = new Random(seed);
    short[] sums = new short[length];
    for (int participant = 0; participant < participants; participant++) {
      for (int i = 0; i < length; i++) {
        if (random.nextDouble() < sparsity) {
          sums[i] += (short) (random.nextBoolean() ? 1 : -1);
        }
      }
    }
    return sums;
  }

  private static byte[] written(short[] counts) {
    int[] positions = new int[counts.length];
    int found = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] != 0) {
        positions[found++] = i;
      }
    }
    BitWriter out = new BitWriter();
    SegmentCode.write(counts, positions, found, counts.length, out);
    byte[] bytes = new byte[out.length()];
    out.copyTo(bytes, 0);
    return bytes;
  }

  private static short[] read(byte[] bytes, int length) {
    short[] counts = new short[length];
    BitReader in = new BitReader();
    in.start(bytes, 0, bytes.length);
    int unused = SegmentCode.addTo(counts, new int[Ranges.SEGMENT], length, in);
    assertThat(in.isAtEnd()).isTrue();
    return counts;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 16384",
    "1, 1e-4, 16384",
    "1, 0.019, 16384",
    "1, 0.5, 16384",
    "1, 1, 16384",
    "2, 0.019, 16384",
    "8, 0.019, 16384",
    "64, 0.019, 16384",
    "64, 0.5, 16384",
    "3, 0.1, 1",
    "3, 0.5, 7",
    "64, 0.9, 1000",
    "2, 0.001, 9999",
  })
  void readsWhatItWrote(int participants, double sparsity, int length) {
    for (int seed = 0; seed < 5; seed++) {
      short[] sums = sums(participants, sparsity, length, seed);
      assertThat(read(written(sums), length)).isEqualTo(sums);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, -1, 2, 300, 32_767, -32_768})
  void readsWhateverACountMayBe(int count) {
    short[] counts = new short[LENGTH];
    counts[LENGTH - 1] = (short) count;
    assertThat(read(written(counts), LENGTH)).isEqualTo(counts);
    Arrays.fill(counts, (short) count);
    assertThat(read(written(counts), LENGTH)).isEqualTo(counts);
  }

  /** Bits of the empirical entropy, which no code of independent counts can beat on average. */
  private static double entropyBytes(short[] counts) {
    double bits = 0;
    int[] histogram = new int[1 << Short.SIZE];
    for (short count : counts) {
      histogram[count & 0xffff]++;
    }
    for (int times : histogram) {
      if (times > 0) {
        bits -= times * Math.log((double) times / counts.length) / Math.log(2);
      }
    }
    return bits / Byte.SIZE;
  }

  @ParameterizedTest
  @CsvSource({"1, 0.019", "1, 0.001", "2, 0.019", "8, 0.019", "16, 0.019", "64, 0.019"})
  void isWithinAFifthOfTheEntropy(int participants, double sparsity) {
    double bytes = 0;
    double entropy = 0;
    for (int seed = 0; seed < 20; seed++) {
      short[] sums = sums(participants, sparsity, LENGTH, seed);
      bytes += written(sums).length;
      entropy += entropyBytes(sums);
    }
    assertThat(bytes / entropy).isBetween(0.98, 1.2);
  }

  /**
   * Anything may come of it but another exception, a hang, or more than the memory of a segment.
   */
  @Test
  void damageIsFoundOrChangesCountsOnly() {
    Random random = new Random(3);
    int[] positions = new int[Ranges.SEGMENT];
    for (int participants : new int[] {1, 2, 64}) {
      byte[] whole = written(sums(participants, 0.02, LENGTH, participants));
      for (int trial = 0; trial < 2_000; trial++) {
        byte[] damaged = whole.clone();
        damaged[random.nextInt(trial % 2 == 0 ? 4 : damaged.length)] ^=
            (byte) (1 + random.nextInt(255));
        int end = trial % 3 == 0 ? random.nextInt(damaged.length + 1) : damaged.length;
        BitReader in = new BitReader();
        in.start(damaged, 0, end);
        try {
          int unused = SegmentCode.addTo(new short[LENGTH], positions, LENGTH, in);
        } catch (DamagedMessageException e) {
          assertThat(e).hasMessageStartingWith("Cannot read a message: ");
        }
      }
    }
  }

  @Test
  void endsWhereItsBytesEnd() {
    byte[] whole = written(sums(2, 0.019, LENGTH, 1));
    BitReader in = new BitReader();
    in.start(whole, 0, whole.length - 2);
    assertThatThrownBy(
            () -> SegmentCode.addTo(new short[LENGTH], new int[Ranges.SEGMENT], LENGTH, in))
        .isInstanceOf(DamagedMessageException.class)
        .hasMessage("Cannot read a message: it ends before its counts do");
  }
}
