package dev.sparkresnet.datasets;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A dataset that cannot be read, written or staged, for a reason that its user can mend.
 *
 * <p>The message is one line, {@code Cannot <do> dataset PATH: <why>}.
 */
public final class InvalidDatasetException extends RuntimeException {
  private InvalidDatasetException(String message, Exception cause) {
    super(message, cause);
  }

  public static InvalidDatasetException cannotRead(String path, String why) {
    return new InvalidDatasetException("Cannot read dataset %s: %s".formatted(path, why), null);
  }

  public static InvalidDatasetException cannotRead(String path, Exception cause) {
    return new InvalidDatasetException(
        "Cannot read dataset %s: %s".formatted(path, reason(cause)), cause);
  }

  public static InvalidDatasetException cannotWrite(String path, String why) {
    return new InvalidDatasetException("Cannot write dataset %s: %s".formatted(path, why), null);
  }

  public static InvalidDatasetException cannotWrite(String path, Exception cause) {
    return new InvalidDatasetException(
        "Cannot write dataset %s: %s".formatted(path, reason(cause)), cause);
  }

  public static InvalidDatasetException cannotStage(String source, String target, String why) {
    return new InvalidDatasetException(
        "Cannot stage dataset %s to %s: %s".formatted(source, target, why), null);
  }

  public static InvalidDatasetException cannotStage(String source, String target, Exception cause) {
    return new InvalidDatasetException(
        "Cannot stage dataset %s to %s: %s".formatted(source, target, reason(cause)), cause);
  }

  /**
   * Returns what went wrong in a few words. File systems wrap the telling exception several times
   * and add advice over many lines.
   */
  private static String reason(Exception failure) {
    List<Throwable> chain =
        Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause).toList();
    return chain.stream()
        .flatMap(cause -> tellingFailure(cause).stream())
        .reduce((outer, inner) -> inner)
        .orElseGet(
            () ->
                firstLine(
                    chain.stream()
                        .filter(IOException.class::isInstance)
                        .findFirst()
                        .orElse(chain.get(chain.size() - 1))));
  }

  private static Optional<String> tellingFailure(Throwable cause) {
    if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
      return Optional.of("unknown host" + detail(cause));
    }
    if (cause instanceof ConnectException) {
      return Optional.of("no connection" + detail(cause));
    }
    if (cause instanceof HttpTimeoutException || cause instanceof SocketTimeoutException) {
      return Optional.of("no answer in time" + detail(cause));
    }
    if (cause instanceof AccessDeniedException) {
      return Optional.of("permission denied" + detail(cause));
    }
    if (cause instanceof ClassNotFoundException) {
      return Optional.of(
          firstLine(cause)
              + ": this Hadoop file system needs its connector, such as --packages"
              + " org.apache.hadoop:hadoop-aws:VERSION for s3a");
    }
    return Optional.empty();
  }

  private static String detail(Throwable failure) {
    return failure.getMessage() == null ? "" : " (" + firstLine(failure) + ")";
  }

  private static String firstLine(Throwable failure) {
    if (failure instanceof EOFException) {
      return "it ends too early, as after a copy that was interrupted: copy it again";
    }
    String message = failure.getMessage();
    if (message == null || message.isBlank()) {
      return failure.getClass().getSimpleName();
    }
    return message.strip().lines().findFirst().orElseThrow();
  }
}
