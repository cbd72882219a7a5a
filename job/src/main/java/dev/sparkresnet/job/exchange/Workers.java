package dev.sparkresnet.job.exchange;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Threads that share the pieces of a piece of work with the thread that has it. */
final class Workers implements AutoCloseable {
  private final int others;
  private final ExecutorService threads;

  /** Does one piece. */
  @FunctionalInterface
  interface Work {
    /**
     * Does it.
     *
     * @param piece its number
     * @param scratch memory of the thread that does it
     */
    void run(int piece, Scratch scratch);
  }

  /**
   * Threads that wait for work.
   *
   * @param threads in all, that of the caller included
   */
  Workers(int threads) {
    this.others = threads - 1;
    this.threads = Executors.newCachedThreadPool(daemons("update-sums"));
  }

  /** Threads that let the process end; this package knows no other of the project. */
  static ThreadFactory daemons(String name) {
    return work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Returns when all pieces are done. */
  void run(int pieces, Work work) {
    AtomicInteger next = new AtomicInteger();
    var running =
        IntStream.range(0, Math.min(others, pieces - 1))
            .<Future<?>>mapToObj(unused -> threads.submit(() -> take(next, pieces, work)))
            .toList();
    try {
      take(next, pieces, work);
    } finally {
      next.set(pieces);
      running.forEach(Workers::finish);
    }
  }

  private static void take(AtomicInteger next, int pieces, Work work) {
    Scratch scratch = Scratch.ofThisThread();
    for (int piece = next.getAndIncrement(); piece < pieces; piece = next.getAndIncrement()) {
      work.run(piece, scratch);
    }
  }

  /** The memory that is worked on must not be left to threads that still change it. */
  private static void finish(Future<?> work) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          work.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw e.getCause() instanceof RuntimeException spoken
              ? spoken
              : new IllegalStateException(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
