package dev.sparkresnet.job.benchmark;

import dev.sparkresnet.job.config.GradientSharingConfig;
import dev.sparkresnet.model.benchmark.Repetitions;
import dev.sparkresnet.model.network.Layers;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.optimizer.OptimizerSpec;
import dev.sparkresnet.model.processor.ThreadLimit;
import java.util.List;
import java.util.Locale;

/**
 * What to measure: every batch size with every number of threads.
 *
 * @param batches images of a minibatch
 * @param gigabits bandwidths of each host to predict scaling for, in Gbit/s
 * @param participants of exchanges to measure
 * @param repetitions for fast layers; stock ones get fewer
 */
public record BenchmarkPlan(
    NetworkSpec network,
    OptimizerSpec optimizer,
    GradientSharingConfig sharing,
    List<Integer> threads,
    List<Integer> batches,
    List<Layers> layers,
    List<Integer> gigabits,
    List<Integer> participants,
    Repetitions repetitions) {

  /**
   * Checks the lists.
   *
   * @throws IllegalArgumentException if a batch or number of threads is out of range
   */
  public BenchmarkPlan {
    threads = threads.stream().distinct().toList();
    batches = batches.stream().distinct().toList();
    layers = layers.stream().distinct().toList();
    gigabits = gigabits.stream().distinct().toList();
    threads.forEach(BenchmarkPlan::requireThreads);
    batches.forEach(BenchmarkPlan::requireBatch);
    participants = participants.stream().distinct().toList();
    gigabits.forEach(BenchmarkPlan::requireBandwidth);
    participants.forEach(BenchmarkPlan::requireParticipants);
  }

  private static void requireThreads(int threads) {
    int highest = ThreadLimit.highest();
    if (threads < 1 || threads > highest) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              ("Cannot run benchmark: threads must be 1 to %d (OMP_NUM_THREADS sets the limit),"
                  + " found %d"),
              highest,
              threads));
    }
  }

  private static void requireBatch(int batch) {
    if (batch < 1) {
      throw new IllegalArgumentException(
          "Cannot run benchmark: batch size must be at least 1, found " + batch);
    }
  }

  private static void requireBandwidth(int gigabits) {
    if (gigabits < 1) {
      throw new IllegalArgumentException(
          "Cannot run benchmark: bandwidth must be at least 1 Gbit/s, found " + gigabits);
    }
  }

  private static void requireParticipants(int participants) {
    if (participants < 2) {
      throw new IllegalArgumentException(
          "Cannot run benchmark: an exchange has at least 2 participants, found " + participants);
    }
  }

  /** Stock layers take ten times as long. */
  Repetitions repetitionsOf(Layers some) {
    return switch (some) {
      case FAST -> repetitions;
      case STOCK -> repetitions.ofSlowWork();
    };
  }

  /** The layers that gradient sharing is measured with: the fastest that are asked for. */
  Layers layersOfSharing() {
    return layers.contains(Layers.FAST) ? Layers.FAST : Layers.STOCK;
  }

  int largestBatch() {
    return batches.stream().mapToInt(each -> each).max().orElseThrow();
  }
}
