package dev.sparkresnet.job.storage;

import java.time.Duration;

/** How somebody who waits lets time pass. */
@FunctionalInterface
public interface Pause {
  void last(Duration time) throws InterruptedException;
}
