package dev.sparkresnet.job.training;

import dev.sparkresnet.datasets.InvalidDatasetException;
import dev.sparkresnet.job.failure.MendableException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says in one line why a Spark job failed.
 *
 * <p>What an executor threw reaches the driver only as text, somewhere inside the message of a
 * {@code SparkException}.
 */
final class ExecutorFailure {
  private static final Pattern OUR_CAUSE =
      Pattern.compile("([\\w.$]+(?:Exception|Error)): (Cannot [^\\n]+)");
  private static final Set<String> MENDABLE =
      Set.of(InvalidDatasetException.class.getName(), MendableException.class.getName());
  private static final Pattern ANY_CAUSE =
      Pattern.compile("(ExecutorLostFailure [^\\n]+|[\\w.$]+(?:Exception|Error)(?:: [^\\n]+)?)");

  private ExecutorFailure() {}

  /**
   * The exception to report instead of the one that a phase of the run ended with: the same if it
   * speaks for itself.
   */
  static RuntimeException explain(String phase, Exception failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof RuntimeException ours && message.startsWith("Cannot ")) {
      return ours;
    }
    Matcher cause = OUR_CAUSE.matcher(message);
    if (!cause.find()) {
      return new IllegalStateException("Cannot finish " + phase + ": " + reason(message), failure);
    }
    if (MENDABLE.contains(cause.group(1))) {
      return new MendableException(cause.group(2), failure);
    }
    return new IllegalStateException(cause.group(2), failure);
  }

  private static String reason(String message) {
    Matcher cause = ANY_CAUSE.matcher(message);
    return cause.find() ? cause.group(1) : message.lines().findFirst().orElse("");
  }
}
