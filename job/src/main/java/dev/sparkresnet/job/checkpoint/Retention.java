package dev.sparkresnet.job.checkpoint;

import static java.util.stream.Collectors.toSet;

import dev.sparkresnet.job.config.CheckpointConfig;
import dev.sparkresnet.job.metrics.EpochMetrics;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Which checkpoints of a run to keep: the newest, and those of the best test accuracy. */
final class Retention {
  private Retention() {}

  /**
   * The epochs whose checkpoints can go.
   *
   * @param stored the epochs that there are checkpoints of, in order
   * @param metrics those of all epochs so far
   */
  static List<Integer> obsolete(
      CheckpointConfig config, List<Integer> stored, Collection<EpochMetrics> metrics) {
    if (config.keepLast() == 0) {
      return List.of();
    }
    Set<Integer> bestEpochs =
        metrics.stream()
            .filter(epoch -> stored.contains(epoch.epoch()))
            .sorted(Comparator.comparingDouble(EpochMetrics::testAccuracy).reversed())
            .limit(config.keepBest())
            .map(EpochMetrics::epoch)
            .collect(toSet());
    return stored.stream()
        .limit(Math.max(0, stored.size() - config.keepLast()))
        .filter(epoch -> !bestEpochs.contains(epoch))
        .toList();
  }
}
