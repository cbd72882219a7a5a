package dev.sparkresnet.job.storage;

import dev.sparkresnet.job.failure.Causes;
import dev.sparkresnet.job.failure.Reason;
import dev.sparkresnet.job.failure.StorageException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.apache.hadoop.fs.FSError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does work on a file system again when it failed in a way that may heal: after 1 s, then twice as
 * long each time up to 30 s, for a bounded time.
 *
 * <p>The work must come to the same when it is done twice, as the answer to it may have got lost. A
 * try is not cut short, so that the time bounds when the last one begins: how long a try may take
 * is a matter of Hadoop's own settings.
 */
public final class StorageRetry {
  private static final Logger LOG = LoggerFactory.getLogger(StorageRetry.class);
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final Duration total;
  private final InstantSource time;
  private final Pause pause;

  /**
   * @param total from the begin of the first try to the begin of the last
   * @param time must not jump
   */
  StorageRetry(Duration total, InstantSource time, Pause pause) {
    this.total = total;
    this.time = time;
    this.pause = pause;
  }

  /**
   * Tries for so long.
   *
   * @param total from the begin of the first try to the begin of the last
   */
  public static StorageRetry lasting(Duration total) {
    long begin = System.nanoTime();
    return new StorageRetry(
        total,
        () -> Instant.EPOCH.plusNanos(System.nanoTime() - begin),
        wait -> Thread.sleep(wait.toMillis()));
  }

  /**
   * Does the work until it succeeds.
   *
   * @param what the work is, for the log, such as {@code writing a checkpoint}
   * @throws RuntimeException of the last try, if it cannot heal, the time is over or this thread
   *     was interrupted while it waited; a {@link StorageException} if it does not say by itself
   *     what could not be done
   */
  public <T> T call(String what, Supplier<T> work) {
    Instant begin = time.instant();
    Duration wait = FIRST_WAIT;
    while (true) {
      try {
        return work.get();
      } catch (RuntimeException | FSError e) {
        RuntimeException failure = told(what, e);
        Duration tried = Duration.between(begin, time.instant());
        requireHope(what, failure, tried);
        pauseAfter(what, failure, shorter(wait, total.minus(tried)));
        wait = longer(wait);
      }
    }
  }

  /**
   * Does the work until it succeeds.
   *
   * @param what the work is, for the log, such as {@code writing metrics}
   * @throws RuntimeException as {@link #call} does
   */
  public void run(String what, Runnable work) {
    call(
        what,
        () -> {
          work.run();
          return null;
        });
  }

  /** What a file system failed with may come here as it is, or in wrappers that say nothing. */
  private static RuntimeException told(String what, Throwable failure) {
    boolean isOfFiles = Causes.first(IOException.class, failure).isPresent();
    if (failure instanceof RuntimeException spoken
        && (!isOfFiles || Reason.saysWhatCannotBeDone(failure))) {
      return spoken;
    }
    return new StorageException(
        "Cannot go on with %s: %s".formatted(what, Reason.of(failure)), failure);
  }

  private void requireHope(String what, RuntimeException failure, Duration tried) {
    if (!RetryPolicy.isPossible(failure)) {
      throw failure;
    }
    if (tried.compareTo(total) >= 0) {
      LOG.warn("{} failed for {} s, no further try", what, tried.toSeconds());
      throw failure;
    }
  }

  private void pauseAfter(String what, RuntimeException failure, Duration wait) {
    LOG.warn("{} failed, next try in {} s: {}", what, wait.toSeconds(), Reason.of(failure));
    try {
      pause.last(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }

  private static Duration longer(Duration wait) {
    return shorter(wait.multipliedBy(2), LONGEST_WAIT);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
