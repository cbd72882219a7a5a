package dev.sparkresnet.job.memory;

import dev.sparkresnet.job.failure.UserErrorException;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;

/** How much Spark lets the driver take as results of one job. */
public final class ResultLimit {
  /** Spark reads it when the application starts, in the driver, which tells its executors. */
  public static final String KEY = "spark.driver.maxResultSize";

  /** Spark's own limit. */
  private static final long DEFAULT_BYTES = 1L << 30;

  private ResultLimit() {}

  /**
   * The limit for a run, if it is to be set.
   *
   * @param given the value that was set; 0 stands for no limit
   * @return what was given, or what the run needs where that is more than Spark allows by itself
   * @throws UserErrorException if what was given is too little for the run, or no size
   */
  public static Optional<String> of(MemoryPlan plan, Optional<String> given) {
    given.ifPresent(value -> requireEnough(plan.resultBytes(), value));
    return given.or(
        () ->
            plan.resultBytes() > DEFAULT_BYTES
                ? Optional.of(MemoryUnits.mebibytes(plan.resultBytes()) + "m")
                : Optional.empty());
  }

  /**
   * Sets the limit for a run that starts in this process.
   *
   * @param settings the system properties, from which {@code SparkConf} reads
   * @throws UserErrorException as {@link #of}
   */
  public static void set(MemoryPlan plan, Properties settings) {
    of(plan, Optional.ofNullable(settings.getProperty(KEY)))
        .ifPresent(limit -> settings.setProperty(KEY, limit));
  }

  private static void requireEnough(long needed, String given) {
    long bytes;
    try {
      bytes = MemoryUnits.bytes(given);
    } catch (NumberFormatException e) {
      throw new UserErrorException(
          "Cannot collect the results of the replicas: %s = %s is not a size".formatted(KEY, given),
          e);
    }
    if (bytes != 0 && bytes < needed) {
      throw new UserErrorException(
          String.format(
              Locale.ROOT,
              "Cannot collect the results of the replicas: they need %d MB, %s = %s is %d MB; give it"
                  + " more, or leave it out",
              MemoryUnits.mebibytes(needed),
              KEY,
              given,
              bytes >> 20));
    }
  }
}
