package dev.sparkresnet.job.replica;

import dev.sparkresnet.job.device.JvmDevice;
import dev.sparkresnet.job.thread.DaemonThreads;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The one thread that does all arithmetic of a replica. */
final class ReplicaThread {
  private final ExecutorService thread = Executors.newSingleThreadExecutor(ReplicaThread::bound);

  private static Thread bound(Runnable work) {
    return new DaemonThreads("replica")
        .newThread(
            () -> {
              JvmDevice.bindThread();
              work.run();
            });
  }

  <T> Future<T> start(Callable<T> work) {
    return thread.submit(work);
  }

  /** Runs the work and waits for it. */
  <T> T call(Callable<T> work) {
    return finish(start(work));
  }

  /** Ends the thread after its last work, which is this. */
  void endWith(Runnable work) {
    Future<?> unused = thread.submit(work);
    thread.shutdown();
  }

  /** Waits for the work, and gives it up when Spark kills the task that waits. */
  static <T> T finish(Future<T> work) {
    try {
      return work.get();
    } catch (ExecutionException e) {
      throw asUnchecked(e.getCause());
    } catch (InterruptedException e) {
      work.cancel(true);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Cannot finish the task: it was interrupted", e);
    } catch (CancellationException e) {
      throw new IllegalStateException("Cannot finish the task: it was cancelled", e);
    }
  }

  private static RuntimeException asUnchecked(Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      return unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new IllegalStateException(cause);
  }
}
