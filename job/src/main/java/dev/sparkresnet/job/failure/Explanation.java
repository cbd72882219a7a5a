package dev.sparkresnet.job.failure;

import dev.sparkresnet.datasets.InvalidDatasetException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.fs.FSError;

/**
 * What to tell the caller of a command that failed: the one place that knows what a kind of failure
 * means. Kinds are types, found among the causes; the text of a message decides nothing.
 *
 * @param reason what cannot be done and why, on one line of at most 2,000 printable characters
 */
public record Explanation(Outcome outcome, String reason) {
  /** A server that may be there again soon. */
  private static final List<Class<? extends Exception>> SERVER_IS_AWAY =
      List.of(ConnectException.class, NoRouteToHostException.class, SocketTimeoutException.class);

  /** Escapes what a damaged file or a hostile name may have brought into the message. */
  public Explanation {
    reason = Reason.onOneLine(reason);
  }

  /**
   * Takes the first among a failure and its causes that says what it means for the caller.
   *
   * @param command that failed, for a failure that does not speak for itself
   */
  public static Explanation of(Throwable failure, String command) {
    Explanation explanation =
        Causes.of(failure)
            .flatMap(cause -> meaning(cause, command).stream())
            .findFirst()
            .orElseGet(() -> new Explanation(Outcome.FAILED, reason(failure, command)));
    return KerberosFailure.isForTheUser(failure)
        ? new Explanation(
            Outcome.MENDABLE, explanation.reason() + KerberosFailure.withCure(failure))
        : explanation;
  }

  private static Optional<Explanation> meaning(Throwable cause, String command) {
    String message = firstLine(cause);
    if (cause instanceof RunException ours) {
      return Optional.of(new Explanation(ours.outcome(), String.valueOf(ours.getMessage())));
    }
    if (cause instanceof InvalidDatasetException) {
      return Optional.of(new Explanation(outcomeOfImages(cause), message));
    }
    if (cause instanceof UncheckedIOException && Reason.saysWhatCannotBeDone(cause)) {
      return Optional.of(new Explanation(Outcome.STORAGE, message));
    }
    if (cause instanceof FSError) {
      return Optional.of(
          new Explanation(
              Outcome.STORAGE, "Cannot complete %s: %s".formatted(command, Reason.of(cause))));
    }
    if (cause instanceof OutOfMemoryError) {
      return Optional.of(new Explanation(Outcome.MENDABLE, outOfMemory(command, message)));
    }
    return Optional.empty();
  }

  private static Outcome outcomeOfImages(Throwable failure) {
    return SERVER_IS_AWAY.stream().anyMatch(kind -> Causes.first(kind, failure).isPresent())
        ? Outcome.STORAGE
        : Outcome.MENDABLE;
  }

  private static String outOfMemory(String command, String message) {
    return "Cannot complete %s: this process is out of memory: %s; give it more, the driver by %s"
        .formatted(command, message, "spark.driver.memory and spark.driver.memoryOverhead");
  }

  private static String reason(Throwable failure, String command) {
    return Reason.saysWhatCannotBeDone(failure)
        ? firstLine(failure)
        : "Cannot complete %s: %s (--stacktrace shows where)"
            .formatted(command, Reason.withKind(failure));
  }

  private static String firstLine(Throwable failure) {
    return Objects.requireNonNullElse(failure.getMessage(), "").lines().findFirst().orElse("");
  }

  /** Whether to run the same command again. */
  public Outcome.Again runAgain() {
    return outcome.again();
  }

  /** The failure as an exception that can be thrown on: the same if it is one. */
  public RuntimeException toException(Throwable failure) {
    return failure instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(reason, failure);
  }
}
