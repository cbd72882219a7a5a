package dev.sparkresnet.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CifarRecordTest {
  @Test
  void recordsAreEqualByIndexAndContent() {
    assertThat(CifarFiles.record(3, 1))
        .isEqualTo(CifarFiles.record(3, 1))
        .hasSameHashCodeAs(CifarFiles.record(3, 1))
        .isNotEqualTo(CifarFiles.record(4, 1))
        .isNotEqualTo(CifarFiles.record(3, 2));
  }

  @Test
  void refusesOtherLengths() {
    assertThatThrownBy(() -> new CifarRecord(0, new byte[3072]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot make a record of 3072 bytes: it must have 3073");
  }

  @Test
  void refusesLabelsOutsideTheClasses() {
    byte[] bytes = new byte[3073];
    bytes[0] = 10;
    assertThatThrownBy(() -> new CifarRecord(0, bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot make a record with label 10: must be 0 to 9");
  }
}
