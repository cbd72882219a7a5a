package dev.sparkresnet.job.preflight.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.preflight.measure.Measured;
import dev.sparkresnet.job.preflight.measure.TestSurvey;
import dev.sparkresnet.job.preflight.report.CheckResult;
import org.junit.jupiter.api.Test;

class LearningCurveCheckTest {
  private final TestSurvey survey = new TestSurvey();

  private CheckResult check() {
    return survey.check(new LearningCurveCheck());
  }

  @Test
  void findsThatItCanBeDrawn() {
    assertThat(check().line()).isEqualTo("learning curve   ok       can be drawn");
  }

  @Test
  void warnsThatItCannot() {
    survey.curve = Measured.not("java.lang.InternalError: no fonts");
    assertThat(check().line())
        .isEqualTo(
            "learning curve   warning  driver on a: cannot be drawn, the run is complete without it:"
                + " java.lang.InternalError: no fonts");
    assertThat(check().cures())
        .containsExactly(
            "Install fontconfig, freetype and a font where the driver runs, or read metrics.jsonl.");
  }
}
