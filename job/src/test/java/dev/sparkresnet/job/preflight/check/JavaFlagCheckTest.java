package dev.sparkresnet.job.preflight.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.preflight.measure.JvmFlags;
import dev.sparkresnet.job.preflight.measure.Measured;
import dev.sparkresnet.job.preflight.measure.OtherJvm;
import dev.sparkresnet.job.preflight.measure.TestSurvey;
import dev.sparkresnet.job.preflight.report.CheckResult;
import org.junit.jupiter.api.Test;

class JavaFlagCheckTest {
  private final TestSurvey survey = new TestSurvey();

  private CheckResult check() {
    return survey.check(new JavaFlagCheck());
  }

  /** Which has the flags of conf/java.options. */
  @Test
  void findsThisJvmToBeWell() {
    survey.driver.flags = Measured.of(JvmFlags.ofThisJvm());
    assertThat(check().line()).isEqualTo("java flags       ok       java.base is open");
  }

  @Test
  void failsOnAJvmWithoutFlags() throws Exception {
    survey.second.flags = Measured.of(OtherJvm.flags());
    assertThat(check().line())
        .isEqualTo(
            "java flags       FAILED   executor 1 on b: closed in java.base: java.lang,"
                + " java.lang.invoke, java.lang.reflect, java.io, java.net, java.nio, java.util,"
                + " java.util.concurrent, java.util.concurrent.atomic, jdk.internal.ref,"
                + " sun.nio.ch, sun.nio.cs, sun.security.action, sun.util.calendar");
    assertThat(check().cures())
        .singleElement()
        .asString()
        .startsWith(
            "Put --add-opens=java.base/java.lang=ALL-UNNAMED"
                + " --add-opens=java.base/java.lang.invoke=ALL-UNNAMED ")
        .endsWith(
            " --add-opens=java.base/sun.util.calendar=ALL-UNNAMED into"
                + " spark.driver.extraJavaOptions and spark.executor.extraJavaOptions, as"
                + " conf/java.options does.");
  }
}
