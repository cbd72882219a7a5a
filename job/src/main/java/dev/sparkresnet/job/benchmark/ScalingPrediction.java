package dev.sparkresnet.job.benchmark;

import dev.sparkresnet.job.exchange.RoundReplay;
import java.util.function.IntFunction;

/**
 * What gradient sharing comes to with more replicas, from figures of this host.
 *
 * <p>In a step of N replicas each of them computes, encodes its update, adds its part of the sums
 * and applies all sums, and sends {@code B = (N - 1) / N (update + sums)} bytes, as it receives.
 * With a staleness of 0 the step takes {@code work + 8 B / bits} seconds over an interface of so
 * many bits a second each way; with more the network works while replicas compute, and it takes
 * {@code max(work, 8 B / bits)}. Efficiency is the time of a step that is not shared over that.
 *
 * <p>It is assumed that hosts are as fast as this one and have one replica each, that replicas are
 * equally fast, and that updates are as dense as between two. The time of sums and their bytes are
 * measured with updates of that density, made up.
 */
final class ScalingPrediction {
  private static final double BITS_PER_BYTE = 8;

  private final SharingCost cost;
  private final int staleness;
  private final IntFunction<RoundReplay> rounds;

  /**
   * @param rounds what those of so many replicas cost
   */
  ScalingPrediction(SharingCost cost, int staleness, IntFunction<RoundReplay> rounds) {
    this.cost = cost;
    this.staleness = staleness;
    this.rounds = rounds;
  }

  /**
   * Images per second of all replicas over those of as many that share nothing.
   *
   * @param bitsPerSecond of the network interface of each host
   */
  double efficiency(int replicas, double bitsPerSecond) {
    RoundReplay round = rounds.apply(replicas);
    double work =
        cost.compute().medianSeconds()
            + cost.encode().medianSeconds()
            + round.sum().toNanos() / 1e9
            + round.apply().toNanos() / 1e9;
    double bytes = (double) (replicas - 1) / replicas * (round.updateBytes() + round.sumBytes());
    double network = BITS_PER_BYTE * bytes / bitsPerSecond;
    return cost.plainSeconds() / (staleness == 0 ? work + network : Math.max(work, network));
  }
}
