package dev.sparkresnet.model.benchmark;

import java.util.stream.DoubleStream;

/** Times something that is done again and again. */
public final class TimedRuns {
  private DoubleStream.Builder seconds = DoubleStream.builder();

  /** Does the work and takes its time. */
  public void time(Runnable work) {
    long start = System.nanoTime();
    work.run();
    add((System.nanoTime() - start) / 1e9);
  }

  /** Takes in a time that something else measured. */
  void add(double someSeconds) {
    seconds.add(someSeconds);
  }

  /** Forgets all times so far, such as those of the warm-up. */
  public void reset() {
    seconds = DoubleStream.builder();
  }

  /** The times since the last reset, which are forgotten then. */
  public Timing timing() {
    Timing timing = Timing.of(seconds.build().toArray());
    reset();
    return timing;
  }
}
