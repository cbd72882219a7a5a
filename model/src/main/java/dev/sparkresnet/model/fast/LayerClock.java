package dev.sparkresnet.model.fast;

import java.util.EnumMap;
import java.util.Map;

/** Adds up the time that work of each kind takes. */
public final class LayerClock {
  private final Map<LayerKind, Long> nanoseconds = new EnumMap<>(LayerKind.class);

  /** Does some work and counts its time. */
  public void time(LayerKind kind, Runnable work) {
    long start = System.nanoTime();
    work.run();
    nanoseconds.merge(kind, System.nanoTime() - start, Long::sum);
  }

  public void reset() {
    nanoseconds.clear();
  }

  /** Seconds since the last reset, of the kinds that were timed. */
  public Map<LayerKind, Double> seconds() {
    Map<LayerKind, Double> seconds = new EnumMap<>(LayerKind.class);
    nanoseconds.forEach((kind, total) -> seconds.put(kind, total / 1e9));
    return seconds;
  }
}
