package dev.sparkresnet.job.transport;

import io.aeron.Publication;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;

/**
 * Offers messages to a peer again until it takes them, for a bounded time.
 *
 * @param pauseNanos between two tries
 */
record BoundedOffer(Duration patience, long pauseNanos) {

  /**
   * Offers a message.
   *
   * @return why it was not taken in time, as Aeron numbers it; nothing if it was
   * @throws InterruptedException if this thread was interrupted
   */
  OptionalLong send(DirectBuffer message, Publication publication) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    long position = publication.offer(message);
    while (position < 0) {
      if (System.nanoTime() > deadline || publication.isClosed()) {
        return OptionalLong.of(position);
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LockSupport.parkNanos(pauseNanos);
      position = publication.offer(message);
    }
    return OptionalLong.empty();
  }
}
