package dev.sparkresnet.job.preflight.check;

import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.JvmFlags;
import dev.sparkresnet.job.preflight.measure.Place;
import dev.sparkresnet.job.preflight.measure.Survey;
import java.util.List;
import java.util.stream.Collectors;

/** The flags without which Spark stops at its first use of something, in the middle of a run. */
public final class JavaFlagCheck implements Check {
  static final String CURE = "Put the flags of conf/java.options into the java options.";

  @Override
  public String name() {
    return "java flags";
  }

  @Override
  public List<Finding> judge(Survey survey) {
    return survey.processes().stream()
        .map(
            process ->
                process
                    .flags()
                    .judge(process.place(), CURE, flags -> judge(process.place(), flags)))
        .toList();
  }

  private static Finding judge(Place place, JvmFlags flags) {
    return flags.closed().isEmpty()
        ? Finding.ok(place, "java.base is open")
        : Finding.failed(
            place, "closed in java.base: " + String.join(", ", flags.closed()), opening(flags));
  }

  private static String opening(JvmFlags flags) {
    return flags.closed().stream()
        .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED")
        .collect(
            Collectors.joining(
                " ",
                "Put ",
                " into spark.driver.extraJavaOptions and spark.executor.extraJavaOptions, as"
                    + " conf/java.options does."));
  }
}
