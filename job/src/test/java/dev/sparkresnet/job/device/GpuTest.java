package dev.sparkresnet.job.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuTest {
  @ParameterizedTest
  @CsvSource({
    "3, 0, false", // Kepler, first
    "3, 5, false",
    "3, 7, true", // Tesla K80
    "5, 0, true",
    "5, 2, true",
    "5, 3, true",
    "6, 0, true", // Tesla P100
    "6, 1, true",
    "7, 0, true", // V100
    "7, 2, true",
    "7, 5, true", // T4
    "8, 0, true", // A100
    "8, 6, true", // A10
    "8, 9, true", // L4
    "9, 0, false", // H100
    "10, 0, false", // B200
    "12, 0, false"
  })
  void runsOnTheGenerationsThatThereIsMachineCodeFor(int major, int minor, boolean runs) {
    assertThat(new Gpu("any", major, minor, 1, 1).hasKernels()).isEqualTo(runs);
  }

  @Test
  void tellsModelAndMemory() {
    Gpu gpu = new Gpu("Tesla T4", 7, 5, 14_900_000_000L, 15_843_721_216L);
    assertThat(gpu.model()).isEqualTo("Tesla T4, compute capability 7.5");
    assertThat(gpu.memory()).isEqualTo("14.9 of 15.8 GB free");
  }
}
