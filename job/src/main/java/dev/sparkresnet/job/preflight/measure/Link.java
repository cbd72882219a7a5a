package dev.sparkresnet.job.preflight.measure;

import java.io.Serializable;

/**
 * A way from one JVM to another.
 *
 * @param at address and port where something listens there
 * @param outcome what got through
 */
public record Link(Place from, Place to, String at, Kind kind, Outcome outcome)
    implements Serializable {

  /** What travels there. */
  public enum Kind {
    /** Updates of the mesh, between the driver and executors. */
    UDP,
    /** Blocks of Spark, between all. */
    TCP
  }

  /** What got through. */
  public enum Outcome {
    ALL,
    /** Short packets, but none as long as those of the mesh. */
    SHORT_PACKETS_ONLY,
    NOTHING
  }

  @Override
  public String toString() {
    return "from %s to %s at %s".formatted(from, to, at);
  }
}
