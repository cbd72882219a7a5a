package dev.sparkresnet.job.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StopSignalsTest {
  @Test
  void knowsWhatNohupHasItIgnore() {
    assertThat(StopSignals.ignored(List.of("Name:\tjava", "SigIgn:\t0000000000000001"))).isOne();
    assertThat(StopSignals.ignored(List.of("SigIgn:\t8000000000000000"))).isEqualTo(1L << 63);
    assertThat(StopSignals.ignored(List.of())).isZero();
  }
}
