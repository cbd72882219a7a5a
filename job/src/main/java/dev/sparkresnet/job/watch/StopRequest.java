package dev.sparkresnet.job.watch;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wish that a run ends at the next step, from a scheduler, a user or the clock. Once made it is
 * not taken back.
 */
public final class StopRequest {
  private static final Logger LOG = LoggerFactory.getLogger(StopRequest.class);

  /** A scheduler that ends a whole group of processes, and a script that hands it on, ask once. */
  private static final Duration ONE_WISH = Duration.ofSeconds(1);

  private final LongSupplier nanoTime;
  private String reason;
  private long madeAt;
  private Runnable whenMade = () -> {};
  private Runnable action = () -> {};

  /** A wish that nobody has made. */
  public StopRequest() {
    this(System::nanoTime);
  }

  StopRequest(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Asks the run to stop.
   *
   * @param by who asks, such as SIGTERM
   * @return whether nobody had asked before, or the same one within a second
   */
  public synchronized boolean make(String by) {
    if (reason != null) {
      return reason.equals(by) && nanoTime.getAsLong() - madeAt < ONE_WISH.toNanos();
    }
    reason = by;
    madeAt = nanoTime.getAsLong();
    LOG.warn("asked to stop at the next step by {}", by);
    tell(whenMade);
    tell(action);
    return true;
  }

  /** A signal has no one to whom it could throw. */
  private static void tell(Runnable listener) {
    try {
      listener.run();
    } catch (RuntimeException e) {
      LOG.warn("cannot ask the work to end: {}", e.getMessage());
    }
  }

  /** What to do first as soon as somebody asks, which may be now. */
  public synchronized void whenMade(Runnable first) {
    whenMade = first;
    if (reason != null) {
      tell(first);
    }
  }

  /** Who asked, if somebody did. */
  public synchronized Optional<String> reason() {
    return Optional.ofNullable(reason);
  }

  /** Whether somebody asked. */
  public boolean isMade() {
    return reason().isPresent();
  }

  /**
   * Does some work.
   *
   * @param end makes the work end early when somebody asks, or has asked
   */
  public <T> T during(Runnable end, Supplier<T> work) {
    Runnable outer = enter(end);
    try {
      return work.get();
    } finally {
      leave(outer);
    }
  }

  private synchronized Runnable enter(Runnable end) {
    Runnable outer = action;
    action = end;
    if (reason != null) {
      tell(action);
    }
    return outer;
  }

  private synchronized void leave(Runnable outer) {
    action = outer;
  }
}
