package dev.sparkresnet.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelStatisticsTest {
  @Test
  void equalsTheTwoPassComputation() {
    List<CifarRecord> records = unevenRecords(40);

    ChannelStatistics statistics = ChannelStatistics.of(records.iterator());

    for (int channel = 0; channel < 3; channel++) {
      double mean = mean(records, channel);
      assertThat(statistics.mean()[channel]).isCloseTo(mean, within(1e-12));
      assertThat(statistics.standardDeviation()[channel])
          .isCloseTo(standardDeviation(records, channel, mean), within(1e-12));
    }
  }

  @Test
  void mergingPartsInAnyOrderGivesTheVerySameNumbers() {
    List<CifarRecord> records = unevenRecords(30);
    ChannelStatistics whole = ChannelStatistics.of(records.iterator());
    ChannelStatistics first = ChannelStatistics.of(records.subList(0, 7).iterator());
    ChannelStatistics second = ChannelStatistics.of(records.subList(7, 30).iterator());
    ChannelStatistics none = ChannelStatistics.of(Collections.emptyIterator());

    for (ChannelStatistics merged :
        List.of(first.merge(second), second.merge(none).merge(first), none.merge(whole))) {
      assertThat(merged.mean()).isEqualTo(whole.mean());
      assertThat(merged.standardDeviation()).isEqualTo(whole.standardDeviation());
    }
  }

  @Test
  void aConstantChannelHasNoDeviationAtAll() {
    byte[] bytes = new byte[3073];
    Arrays.fill(bytes, 1, 1025, (byte) 77);
    Arrays.fill(bytes, 1025, 3073, (byte) 255);
    ChannelStatistics statistics =
        ChannelStatistics.of(Collections.nCopies(1000, new CifarRecord(0, bytes)).iterator());

    assertThat(statistics.mean()).containsExactly(77 / 255.0, 1, 1);
    assertThat(statistics.standardDeviation()).containsExactly(0, 0, 0);
  }

  @Test
  void hasNoMeanWithoutExamples() {
    ChannelStatistics none = ChannelStatistics.of(Collections.emptyIterator());

    assertThatThrownBy(none::mean)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot compute channel statistics: there are no examples");
  }

  /** Returns records whose three channels have different distributions. */
  private static List<CifarRecord> unevenRecords(int count) {
    List<CifarRecord> records = CifarFiles.recordList(count);
    for (CifarRecord record : records) {
      byte[] bytes = record.bytes();
      for (int at = 1025; at < 2049; at++) {
        bytes[at] = (byte) (Byte.toUnsignedInt(bytes[at]) / 3);
      }
      for (int at = 2049; at < 3073; at++) {
        bytes[at] = (byte) Math.max(200, Byte.toUnsignedInt(bytes[at]));
      }
    }
    return records;
  }

  private static double mean(List<CifarRecord> records, int channel) {
    double sum = 0;
    for (CifarRecord record : records) {
      for (int pixel = 0; pixel < 1024; pixel++) {
        sum += (record.bytes()[1 + 1024 * channel + pixel] & 0xff) / 255.0;
      }
    }
    return sum / (1024.0 * records.size());
  }

  private static double standardDeviation(List<CifarRecord> records, int channel, double mean) {
    double sum = 0;
    for (CifarRecord record : records) {
      for (int pixel = 0; pixel < 1024; pixel++) {
        double value = (record.bytes()[1 + 1024 * channel + pixel] & 0xff) / 255.0;
        sum += (value - mean) * (value - mean);
      }
    }
    return Math.sqrt(sum / (1024.0 * records.size()));
  }
}
