package dev.sparkresnet.job.thread;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * Threads that do not keep their JVM from its end, whatever they wait for.
 *
 * @param name of each of them, for those who read thread dumps
 */
public record DaemonThreads(String name) implements ThreadFactory {
  /** Interrupts threads and gives them some time to end. */
  public static void end(ExecutorService threads, Duration patience) {
    threads.shutdownNow();
    try {
      boolean unused = threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Thread newThread(Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
