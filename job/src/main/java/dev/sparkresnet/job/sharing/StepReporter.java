package dev.sparkresnet.job.sharing;

import dev.sparkresnet.job.replica.StepReport;
import dev.sparkresnet.job.spark.DriverLine;
import dev.sparkresnet.job.thread.DaemonThreads;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the driver how far a replica is, and hears from it whether to stop.
 *
 * <p>On a thread of its own, which always tells the newest: training never waits for the driver.
 */
final class StepReporter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StepReporter.class);

  private final AtomicReference<StepReport> newest = new AtomicReference<>();
  private final Thread thread = new DaemonThreads("step-reports").newThread(this::tell);
  private boolean closed;
  private volatile boolean askedToStop;

  StepReporter() {
    thread.start();
  }

  /** Has it told soon. */
  synchronized void accept(StepReport report) {
    newest.set(report);
    notifyAll();
  }

  /** Whether the driver asked for no further steps. */
  boolean isAskedToStop() {
    return askedToStop;
  }

  private void tell() {
    try {
      while (awaitReport()) {
        askedToStop |= DriverLine.ask(newest.getAndSet(null), Boolean.class, "report a step");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // Spark itself ends what has lost its driver.
      LOG.warn("{}", e.getMessage());
    }
  }

  /** Returns whether there is one; none comes once it was closed. */
  private synchronized boolean awaitReport() throws InterruptedException {
    while (newest.get() == null && !closed) {
      wait();
    }
    return newest.get() != null;
  }

  /** Returns when the driver has the last report, or it cannot be told. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
