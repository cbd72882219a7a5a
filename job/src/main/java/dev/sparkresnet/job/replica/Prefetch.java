package dev.sparkresnet.job.replica;

import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.dataset.DataSet;

/** Minibatches that one thread assembles ahead of the one that trains on them. */
final class Prefetch {
  private static final int MINIBATCHES_AHEAD = 2;
  private static final int CHECK_MILLIS = 100;

  private final Iterator<DataSet> minibatches;
  private final BlockingQueue<Optional<DataSet>> queue =
      new ArrayBlockingQueue<>(MINIBATCHES_AHEAD);
  private DataSet inHand;
  private boolean isEndQueued;

  Prefetch(Iterator<DataSet> minibatches) {
    this.minibatches = minibatches;
  }

  /**
   * Hands over all minibatches and the end, or stops when the consumer is gone; another consumer
   * goes on where it was.
   */
  void feed(Future<?> consumer) throws InterruptedException {
    while (!isEndQueued && !consumer.isDone()) {
      if (inHand == null && minibatches.hasNext()) {
        inHand = minibatches.next();
      }
      Optional<DataSet> next = Optional.ofNullable(inHand);
      if (queue.offer(next, CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
        isEndQueued = next.isEmpty();
        inHand = null;
      }
    }
  }

  /** The next minibatch, or empty after the last one. */
  Optional<DataSet> take() throws InterruptedException {
    return queue.take();
  }
}
