package dev.sparkresnet.job.preflight.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.preflight.measure.ConvolutionTrial;
import dev.sparkresnet.job.preflight.measure.Measured;
import dev.sparkresnet.job.preflight.measure.OtherJvm;
import dev.sparkresnet.job.preflight.measure.TestSurvey;
import dev.sparkresnet.job.preflight.report.CheckResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConvolutionCheckTest {
  private static final String CURE =
      "Give the JVM memory and another variant of the nd4j backend"
          + " (-Dorg.bytedeco.javacpp.maxbytes, -Dorg.bytedeco.javacpp.platform.extension).";

  private final TestSurvey survey = new TestSurvey();

  private CheckResult check() {
    return survey.check(new ConvolutionCheck());
  }

  /** 303 = 1*2 + 2*3 + 4*4 + 5*5 + 6*6 + 8*7 + 9*8 + 10*9, and so on. */
  @Test
  void computesWhatIsComputedByHand() {
    assertThat(ConvolutionTrial.compute().values()).containsExactly(303f, 348f, 483f, 528f);
    survey.driver.convolution = Measured.of(ConvolutionTrial.compute());
    assertThat(check().line())
        .isEqualTo("convolution      ok       3x3 on 4x4 as computed by hand");
  }

  @Test
  void failsOnOtherValues() {
    survey.first.convolution =
        Measured.of(new ConvolutionTrial(List.of(303f, 348f, 483f, Float.NaN)));
    assertThat(check().line())
        .isEqualTo(
            "convolution      FAILED   executor 0 on b: computed [303.0, 348.0, 483.0, NaN], by"
                + " hand it is [303.0, 348.0, 483.0, 528.0]");
    assertThat(check().cures()).containsExactly(CURE);
  }

  @Test
  void failsWithoutMemory() throws Exception {
    survey.second.convolution =
        OtherJvm.problem("convolution", "-Dorg.bytedeco.javacpp.maxbytes=1");
    assertThat(check().line())
        .startsWith("convolution      FAILED   executor 1 on b: OutOfMemoryError: ");
    assertThat(check().cures()).containsExactly(CURE);
  }

  @Test
  void isSkippedWhereThereIsNoDevice() {
    survey.driver.device = Measured.not("ND4J does not start");
    survey.first.device = survey.driver.device;
    survey.second.device = survey.driver.device;
    survey.first.convolution = Measured.not("ND4J does not start");
    assertThat(check().line()).isEqualTo("convolution      skipped  no device to compute on");
  }
}
