package dev.sparkresnet.job.preflight.measure;

import java.io.Serializable;

/**
 * A way from one JVM to another.
 *
 * @param at address and port where something listens there
 * @param isOpen whether a connection was accepted
 */
public record Link(Place from, Place to, String at, boolean isOpen) implements Serializable {
  @Override
  public String toString() {
    return "from %s to %s at %s".formatted(from, to, at);
  }
}
