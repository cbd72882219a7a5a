package dev.sparkresnet.job.training;

import dev.sparkresnet.datasets.ShardPlan;
import dev.sparkresnet.job.checkpoint.Progress;
import dev.sparkresnet.job.metrics.EpochMetrics;

/** An epoch from its first step to its evaluation. */
public final class WholeEpoch {
  private WholeEpoch() {}

  /** Trains it in one go. */
  static EpochMetrics run(EpochCycle cycle, ShardPlan shards, int epoch) {
    return runInStretches(cycle, shards, epoch, shards.minibatchesPerReplica());
  }

  /** Trains so many steps at a time, with the replicas brought together in between. */
  static EpochMetrics runInStretches(EpochCycle cycle, ShardPlan shards, int epoch, int steps) {
    Progress progress = Progress.afterEpoch(epoch - 1);
    while (progress.position().steps() < shards.minibatchesPerReplica()) {
      int end = Math.min(progress.position().steps() + steps, shards.minibatchesPerReplica());
      progress = cycle.train(progress, end);
    }
    return cycle.finish(progress);
  }
}
