package dev.sparkresnet.job.transport;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;

/** What is done with everything that comes into a queue. */
@FunctionalInterface
interface QueueWork<T> {
  void with(T item) throws IOException;

  /** Does it until this thread is interrupted. */
  default void untilInterrupted(BlockingQueue<T> queue) throws IOException {
    try {
      while (!Thread.interrupted()) {
        with(queue.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
