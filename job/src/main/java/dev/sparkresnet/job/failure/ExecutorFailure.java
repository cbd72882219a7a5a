package dev.sparkresnet.job.failure;

import dev.sparkresnet.datasets.InvalidDatasetException;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says in one line why a Spark job failed.
 *
 * <p>What an executor threw reaches the driver only as text, somewhere inside the message of a
 * {@code SparkException}.
 */
public final class ExecutorFailure {
  private static final Pattern OUR_CAUSE =
      Pattern.compile("([\\w.$]+(?:Exception|Error)): (Cannot [^\\n]+)");
  private static final Map<String, BiFunction<String, Exception, RuntimeException>> MEANINGS =
      Map.of(
          InvalidDatasetException.class.getName(), UserErrorException::new,
          UserErrorException.class.getName(), UserErrorException::new,
          DivergedException.class.getName(), DivergedException::new);
  private static final String LOST_EXECUTOR = "ExecutorLostFailure ";
  private static final Pattern ANY_CAUSE =
      Pattern.compile("(" + LOST_EXECUTOR + "[^\\n]+|[\\w.$]+(?:Exception|Error)(?:: [^\\n]+)?)");

  private ExecutorFailure() {}

  /**
   * The exception to report instead of the one that a phase of the run ended with: the same if it
   * speaks for itself.
   */
  public static RuntimeException explain(String phase, Exception failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof RuntimeException ours && message.startsWith("Cannot ")) {
      return ours;
    }
    Matcher cause = OUR_CAUSE.matcher(message);
    if (!cause.find()) {
      return withoutOurCause("Cannot finish " + phase + ": " + reason(message), failure);
    }
    return MEANINGS
        .getOrDefault(cause.group(1), IllegalStateException::new)
        .apply(cause.group(2), failure);
  }

  private static RuntimeException withoutOurCause(String message, Exception failure) {
    return message.contains(LOST_EXECUTOR)
        ? new ExecutorsLostException(message, failure)
        : new IllegalStateException(message, failure);
  }

  private static String reason(String message) {
    Matcher cause = ANY_CAUSE.matcher(message);
    return cause.find() ? cause.group(1) : message.lines().findFirst().orElse("");
  }
}
