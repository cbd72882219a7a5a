package dev.sparkresnet.job.preflight.check;

import dev.sparkresnet.job.config.TrainingConfig.Master;
import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.JvmFlags;
import dev.sparkresnet.job.preflight.measure.Place;
import dev.sparkresnet.job.preflight.measure.Survey;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The flags without which Spark or Aeron stops at its first use, somewhere in the middle. */
public final class JavaFlagCheck implements Check {
  /** What DL4J sets as Aeron's client timeout; Aeron refuses to start unless this is exceeded. */
  private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(30);

  static final String UNBLOCK_CURE =
      "Put -Daeron.publication.unblock.timeout=60s into spark.driver.extraJavaOptions and"
          + " spark.executor.extraJavaOptions.";

  @Override
  public String name() {
    return "java flags";
  }

  @Override
  public List<Finding> judge(Survey survey) {
    Master master = survey.plan().master();
    return survey.processes().stream()
        .map(
            process ->
                process
                    .flags()
                    .judge(
                        process.place(),
                        UNBLOCK_CURE,
                        flags -> judge(process.place(), flags, master)))
        .toList();
  }

  private static Finding judge(Place place, JvmFlags flags, Master master) {
    if (!flags.closed().isEmpty()) {
      return Finding.failed(
          place, "closed in java.base: " + String.join(", ", flags.closed()), opening(flags));
    }
    long seconds = flags.unblockTimeout().toSeconds();
    if (master == Master.GRADIENT_SHARING
        && flags.unblockTimeout().compareTo(CLIENT_TIMEOUT) <= 0) {
      return Finding.failed(
          place,
          String.format(
              Locale.ROOT,
              "aeron.publication.unblock.timeout is %d s, must be above %d s",
              seconds,
              CLIENT_TIMEOUT.toSeconds()),
          UNBLOCK_CURE);
    }
    return Finding.ok(
        place,
        String.format(
            Locale.ROOT, "java.base is open, aeron.publication.unblock.timeout is %d s", seconds));
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
