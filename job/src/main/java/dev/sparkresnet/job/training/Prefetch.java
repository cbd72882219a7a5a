package dev.sparkresnet.job.training;

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

  private final BlockingQueue<Optional<DataSet>> queue =
      new ArrayBlockingQueue<>(MINIBATCHES_AHEAD);

  /** Hands over all minibatches and the end, or stops when the consumer is gone. */
  void feed(Iterator<DataSet> minibatches, Future<?> consumer) throws InterruptedException {
    boolean more = true;
    while (more && !consumer.isDone()) {
      more = minibatches.hasNext();
      Optional<DataSet> next = more ? Optional.of(minibatches.next()) : Optional.empty();
      while (!queue.offer(next, CHECK_MILLIS, TimeUnit.MILLISECONDS) && !consumer.isDone()) {}
    }
  }

  /** The next minibatch, or empty after the last one. */
  Optional<DataSet> take() throws InterruptedException {
    return queue.take();
  }
}
