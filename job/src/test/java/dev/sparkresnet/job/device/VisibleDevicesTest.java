package dev.sparkresnet.job.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisibleDevicesTest {
  private static final String UUID = "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6";

  @ParameterizedTest
  @CsvSource(
      nullValues = "unset",
      delimiter = '|',
      textBlock =
          """
          unset        | 2 | 0            | 0
          unset        | 2 | 1            | 1
          unset        | 2 | 2            | -1
          unset        | 1 | 99999999999  | -1
          unset        | 1 | GPU-8932f937-d72c-4106-c12f-20bd9faed9f6 | 0
          unset        | 2 | GPU-8932f937-d72c-4106-c12f-20bd9faed9f6 | -1
          unset        | 1 | none         | -1
          2            | 1 | 2            | 0
          2            | 1 | 0            | -1
          3, 1         | 2 | 1            | 1
          3,1          | 1 | 1            | -1
          GPU-8932f937 | 1 | GPU-8932f937-d72c-4106-c12f-20bd9faed9f6 | 0
          GPU-1,GPU-8932f937-d72c-4106-c12f-20bd9faed9f6 | 2 | GPU-8932f937-d72c-4106-c12f-20bd9faed9f6 | 1
          ''           | 0 | 0            | -1
          """)
  void findsTheGpuUnderTheNumberThatCudaGivesIt(
      String variable, int count, String address, int number) {
    OptionalInt found = VisibleDevices.of(Optional.ofNullable(variable)).numberOf(address, count);
    assertThat(found).isEqualTo(number < 0 ? OptionalInt.empty() : OptionalInt.of(number));
  }

  @Test
  void namesTheFirst() {
    assertThat(VisibleDevices.of(Optional.empty()).addressOf(0)).isEqualTo("0");
    assertThat(VisibleDevices.of(Optional.of(UUID + ",1")).addressOf(0)).isEqualTo(UUID);
  }
}
