package dev.sparkresnet.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FingerprintTest {
  private static CifarRecord record(int index, int label) {
    byte[] bytes = new byte[CifarFormat.RECORD_BYTES];
    Arrays.fill(bytes, (byte) (7 * index));
    bytes[0] = (byte) label;
    return new CifarRecord(index, bytes);
  }

  private static Fingerprint of(CifarRecord... records) {
    return Fingerprint.of(List.of(records).iterator());
  }

  @Test
  void isTheSameForEverySlicing() {
    Fingerprint whole = of(record(0, 1), record(1, 2), record(2, 3));
    assertThat(of(record(2, 3)).plus(of(record(0, 1), record(1, 2)))).isEqualTo(whole);
  }

  @Test
  void tellsOneLabelOneIndexAndOneExampleApart() {
    Fingerprint whole = of(record(0, 1), record(1, 2));
    assertThat(of(record(0, 1), record(1, 3))).isNotEqualTo(whole);
    assertThat(of(record(0, 1), record(2, 2))).isNotEqualTo(whole);
    assertThat(of(record(0, 1))).isNotEqualTo(whole);
  }

  /** By {@code (printf '\0\0\0\0\5'; head -c 3072 /dev/zero) | sha256sum}. */
  @Test
  void isTheOneThatItsDescriptionGives() {
    assertThat(of(record(0, 5))).hasToString("1-10d2660f80cfcdf9");
  }
}
