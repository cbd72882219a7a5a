package dev.sparkresnet.job.watch;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.sparkresnet.job.failure.Outcome;
import dev.sparkresnet.job.thread.DaemonThreads;
import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that a process which was asked to stop is gone in time, with its exit code, before
 * whoever asked kills it.
 */
public final class GracePeriod implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(GracePeriod.class);

  /** One of so many parts is for what is left to do when the work is interrupted. */
  private static final int PARTS = 4;

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("grace-period"));
  private final Duration length;
  private final Thread work = Thread.currentThread();

  /** A period that has not begun, for the work of this thread. */
  public GracePeriod(Duration length) {
    this.length = length;
  }

  public void begin() {
    after(length.minus(length.dividedBy(PARTS)), this::cancel);
    after(length, this::leave);
  }

  private void after(Duration time, Runnable action) {
    try {
      ScheduledFuture<?> unused = clock.schedule(action, time.toMillis(), MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the work has ended already");
    }
  }

  private void cancel() {
    LOG.warn(
        "training.shutdown-grace = {} s is nearly over: giving up what is not in a checkpoint",
        length.toSeconds());
    work.interrupt();
  }

  /** Without the hooks of a shutdown, which may be what hangs. */
  private void leave() {
    LOG.error("training.shutdown-grace = {} s is over: leaving", length.toSeconds());
    Runtime.getRuntime().halt(Outcome.INTERRUPTED.exitCode());
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
