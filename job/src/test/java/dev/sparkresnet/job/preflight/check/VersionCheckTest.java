package dev.sparkresnet.job.preflight.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.preflight.measure.Measured;
import dev.sparkresnet.job.preflight.measure.TestSurvey;
import dev.sparkresnet.job.preflight.measure.Versions;
import dev.sparkresnet.job.preflight.report.CheckResult;
import org.junit.jupiter.api.Test;

class VersionCheckTest {
  private final TestSurvey survey = new TestSurvey();

  private CheckResult check() {
    return survey.check(new VersionCheck());
  }

  @Test
  void showsTheOneThatAllHave() {
    assertThat(check().line())
        .isEqualTo(
            "versions         ok       Spark 3.5.9, Scala 2.12.18, Java 17.0.15, job 1, commit a");
  }

  @Test
  void failsIfAnExecutorHasAnotherBuild() {
    survey.second.versions =
        Measured.of(new Versions("3.5.9", "2.12.18", "17.0.15", "job 1, commit b"));
    assertThat(check().line())
        .isEqualTo(
            "versions         FAILED   executor 1 on b: Spark 3.5.9, Scala 2.12.18, Java 17.0.15,"
                + " job 1, commit b; the driver has Spark 3.5.9, Scala 2.12.18, Java 17.0.15,"
                + " job 1, commit a");
    assertThat(check().cures())
        .containsExactly(
            "Have driver and executors run one Spark and one build of the job (SPARK_HOME,"
                + " spark.executor.extraClassPath).");
  }

  @Test
  void failsOnAnotherScala() {
    Measured<Versions> scala13 =
        Measured.of(new Versions("3.5.9", "2.13.8", "17.0.15", "job 1, commit a"));
    survey.driver.versions = scala13;
    survey.first.versions = scala13;
    survey.second.versions = scala13;
    assertThat(check().line())
        .isEqualTo(
            "versions         FAILED   driver on a, executor 0 on b, executor 1 on b: Spark 3.5.9,"
                + " Scala 2.13.8, Java 17.0.15, job 1, commit a");
    assertThat(check().cures())
        .containsExactly(
            "Set SPARK_HOME to a Spark 3.5 for Scala 2.12, the only one that DL4J has Spark"
                + " modules for.");
  }

  @Test
  void warnsOfAnUntestedSpark() {
    Measured<Versions> older =
        Measured.of(new Versions("3.4.1", "2.12.17", "17.0.15", "job 1, commit a"));
    survey.driver.versions = older;
    survey.first.versions = older;
    survey.second.versions = older;
    assertThat(check().line())
        .isEqualTo(
            "versions         warning  driver on a, executor 0 on b, executor 1 on b: Spark 3.4.1,"
                + " Scala 2.12.17, Java 17.0.15, job 1, commit a");
    assertThat(check().cures())
        .containsExactly("Set SPARK_HOME to a Spark 3.5, which the job was tested with.");
  }

  @Test
  void readsThoseOfThisJvm() {
    Versions own = Versions.ofThisJvm();
    assertThat(own.spark()).startsWith("3.5.");
    assertThat(own.scala()).startsWith("2.12.");
    assertThat(own.java()).startsWith("17.");
    assertThat(own.program()).startsWith("spark-resnet50 ");
  }

  @Test
  void failsOnAnotherJava() {
    survey.second.versions =
        Measured.of(new Versions("3.5.9", "2.12.18", "25.0.1", "job 1, commit a"));
    assertThat(check().line())
        .isEqualTo(
            "versions         FAILED   executor 1 on b: Spark 3.5.9, Scala 2.12.18, Java 25.0.1,"
                + " job 1, commit a");
    assertThat(check().cures())
        .containsExactly(
            "Have it run on Java 17 or 21: JAVA_HOME there, or spark.executorEnv.JAVA_HOME on"
                + " YARN.");
  }
}
