package dev.sparkresnet.datasets.staging;

import java.util.List;

/**
 * A dataset at its place.
 *
 * @param path to open it with
 * @param warnings what is odd about it, a sentence each
 */
public record Staged(String path, List<String> warnings) {
  /** Copies the list. */
  public Staged {
    warnings = List.copyOf(warnings);
  }
}
