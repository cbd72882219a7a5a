package dev.sparkresnet.job.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.network.util.JavaUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spark's own reader is the judge. */
class MemoryUnitsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0", "1", "512", "2048", "7b", "1023k", "1024K", "3kb", "2g", "4GB", " 5m ", "1t", "2p"
      })
  void readsSizesAsSparkDoes(String size) {
    assertThat(MemoryUnits.mebibytes(size)).isEqualTo(JavaUtils.byteStringAsMb(size));
    assertThat(MemoryUnits.bytes(size)).isEqualTo(JavaUtils.byteStringAsBytes(size));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "g", "-1g", "1.5g", "2x", "2 g", "much", "99999999p", "99999999999999999999"})
  void refusesWhatIsNoSize(String size) {
    assertThatThrownBy(() -> MemoryUnits.bytes(size)).isInstanceOf(NumberFormatException.class);
    assertThatThrownBy(() -> JavaUtils.byteStringAsBytes(size))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
