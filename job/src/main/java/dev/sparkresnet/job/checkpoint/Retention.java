package dev.sparkresnet.job.checkpoint;

import static java.util.stream.Collectors.toSet;

import dev.sparkresnet.job.config.CheckpointConfig;
import dev.sparkresnet.job.metrics.EpochMetrics;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which checkpoints of a run to keep: the newest, and those of the best test accuracy. One from
 * within an epoch has served its purpose once the epoch is complete.
 */
final class Retention {
  private Retention() {}

  /**
   * The checkpoints that can go.
   *
   * @param stored those that there are, in order
   * @param metrics those of all complete epochs
   */
  static List<Position> obsolete(
      CheckpointConfig config, List<Position> stored, Collection<EpochMetrics> metrics) {
    if (config.keepLast() == 0) {
      return List.of();
    }
    List<Position> useful =
        stored.stream()
            .filter(position -> position.isBetweenEpochs() || position.epochs() == metrics.size())
            .toList();
    Set<Position> kept =
        new HashSet<>(
            useful.subList(Math.max(0, useful.size() - config.keepLast()), useful.size()));
    kept.addAll(best(config.keepBest(), stored, metrics));
    return stored.stream().filter(position -> !kept.contains(position)).toList();
  }

  private static Set<Position> best(
      int count, List<Position> stored, Collection<EpochMetrics> metrics) {
    return metrics.stream()
        .filter(epoch -> stored.contains(Position.afterEpoch(epoch.epoch())))
        .sorted(Comparator.comparingDouble(EpochMetrics::testAccuracy).reversed())
        .limit(count)
        .map(epoch -> Position.afterEpoch(epoch.epoch()))
        .collect(toSet());
  }
}
