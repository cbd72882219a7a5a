package dev.sparkresnet.job.preflight.check;

import dev.sparkresnet.job.launch.JavaRelease;
import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Measured;
import dev.sparkresnet.job.preflight.measure.Place;
import dev.sparkresnet.job.preflight.measure.Survey;
import dev.sparkresnet.job.preflight.measure.Versions;
import java.util.List;

/** Driver and executors run the same Spark, Scala and job, and one that DL4J is made for. */
public final class VersionCheck implements Check {
  static final String ONE_BUILD =
      "Have driver and executors run one Spark and one build of the job (SPARK_HOME,"
          + " spark.executor.extraClassPath).";
  static final String SCALA_CURE =
      "Set SPARK_HOME to a Spark 3.5 for Scala 2.12, the only one that DL4J has Spark modules for.";
  static final String SPARK_CURE = "Set SPARK_HOME to a Spark 3.5, which the job was tested with.";

  static final String JAVA_CURE =
      "Have it run on %s: JAVA_HOME there, or spark.executorEnv.JAVA_HOME on YARN."
          .formatted(JavaRelease.SUPPORTED);

  private static final String SCALA = "2.12.";
  private static final String SPARK = "3.5.";

  @Override
  public String name() {
    return "versions";
  }

  @Override
  public List<Finding> judge(Survey survey) {
    Measured<Versions> driver = survey.driver().versions();
    return survey.processes().stream()
        .map(
            process ->
                process
                    .versions()
                    .judge(
                        process.place(),
                        ONE_BUILD,
                        own -> judge(process.place(), own, driver.value())))
        .toList();
  }

  private static Finding judge(Place place, Versions own, Versions driver) {
    if (!own.scala().startsWith(SCALA)) {
      return Finding.failed(place, own.toString(), SCALA_CURE);
    }
    if (!JavaRelease.isSupported(own.java())) {
      return Finding.failed(place, own.toString(), JAVA_CURE);
    }
    if (driver != null && !own.isSameAs(driver)) {
      return Finding.failed(place, own + "; the driver has " + driver, ONE_BUILD);
    }
    if (!own.spark().startsWith(SPARK)) {
      return Finding.warning(List.of(place), own.toString(), SPARK_CURE);
    }
    return Finding.ok(place, own.toString());
  }
}
