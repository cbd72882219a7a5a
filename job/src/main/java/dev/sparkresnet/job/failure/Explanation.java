package dev.sparkresnet.job.failure;

import dev.sparkresnet.datasets.InvalidDatasetException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What to tell the caller of a command that failed.
 *
 * @param reason what cannot be done and why, on one line of at most 2,000 printable characters
 */
public record Explanation(Outcome outcome, String reason) {
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
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .flatMap(cause -> ofOurs(cause).stream())
        .findFirst()
        .orElseGet(() -> new Explanation(Outcome.FAILED, reason(failure, command)));
  }

  private static Optional<Explanation> ofOurs(Throwable cause) {
    String message = Objects.requireNonNullElse(cause.getMessage(), "");
    if (cause instanceof RunException ours) {
      return Optional.of(new Explanation(ours.outcome(), message));
    }
    if (cause instanceof InvalidDatasetException) {
      return Optional.of(new Explanation(Outcome.MENDABLE, message));
    }
    if (cause instanceof UncheckedIOException && message.startsWith("Cannot ")) {
      return Optional.of(new Explanation(Outcome.STORAGE, firstLine(message)));
    }
    return Optional.empty();
  }

  private static String reason(Throwable failure, String command) {
    String line = firstLine(Objects.requireNonNullElse(failure.getMessage(), ""));
    if (line.startsWith("Cannot ")) {
      return line;
    }
    String kind = failure.getClass().getSimpleName();
    return "Cannot complete %s: %s (--stacktrace shows where)"
        .formatted(command, line.isEmpty() ? kind : kind + ": " + line);
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
