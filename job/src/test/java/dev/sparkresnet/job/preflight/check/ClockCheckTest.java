package dev.sparkresnet.job.preflight.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.preflight.measure.ClockReading;
import dev.sparkresnet.job.preflight.measure.TestSurvey;
import dev.sparkresnet.job.preflight.report.CheckResult;
import org.junit.jupiter.api.Test;

class ClockCheckTest {
  private final TestSurvey survey = new TestSurvey();

  private CheckResult check() {
    return survey.check(new ClockCheck());
  }

  /** Asked at 1,000,000 ms and answered a second later, by the driver's clock. */
  private void executorReads(long millis) {
    survey.clocks.add(new ClockReading(survey.second.place, 1_000_000, millis, 1_001_000));
  }

  @Test
  void cannotTellWhenInBetweenTheClockWasRead() {
    executorReads(995_000);
    executorReads(1_006_000);
    assertThat(check().line()).isEqualTo("clocks           ok       less than 5 s apart");
  }

  @Test
  void warnsOfLogsThatDoNotAgree() {
    executorReads(1_006_100);
    assertThat(check().line())
        .isEqualTo("clocks           warning  executor 1 on b: at least 5.1 s from the driver's");
  }

  @Test
  void failsWhereKerberosRefuses() {
    executorReads(699_900);
    assertThat(check().line())
        .isEqualTo("clocks           FAILED   executor 1 on b: at least 300.1 s from the driver's");
    assertThat(check().cures())
        .containsExactly(
            "Synchronise the clocks of the hosts by NTP (systemd-timesyncd or chronyd).");
  }

  @Test
  void isSkippedWithoutExecutors() {
    assertThat(check().line()).isEqualTo("clocks           skipped  no executor to compare with");
  }
}
