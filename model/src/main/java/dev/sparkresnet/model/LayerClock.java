package dev.sparkresnet.model;

import java.util.EnumMap;
import java.util.Map;

/** Adds up the time that work of each kind takes. */
final class LayerClock {
  private final Map<LayerKind, Long> nanoseconds = new EnumMap<>(LayerKind.class);

  /** Does some work and counts its time. */
  void time(LayerKind kind, Runnable work) {
    long start = System.nanoTime();
    work.run();
    nanoseconds.merge(kind, System.nanoTime() - start, Long::sum);
  }

  void reset() {
    nanoseconds.clear();
  }

  /** Seconds since the last reset. */
  Map<LayerKind, Double> seconds() {
    Map<LayerKind, Double> seconds = new EnumMap<>(LayerKind.class);
    for (LayerKind kind : LayerKind.values()) {
      seconds.put(kind, nanoseconds.getOrDefault(kind, 0L) / 1e9);
    }
    return seconds;
  }
}
