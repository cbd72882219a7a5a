package dev.sparkresnet.job.benchmark;

import dev.sparkresnet.job.encoding.SharingCost;

/**
 * What gradient sharing would come to with more replicas, from figures of one.
 *
 * <p>A step of N replicas takes {@code max(compute + encode + N apply, N (N - 1) 8 message / bits)}
 * seconds: a replica applies its own message and those of all others, and the driver relays the
 * message of each of N replicas to N - 1 others over one network interface of so many bits a second
 * each way. Efficiency is the time of a step that is not shared over that.
 *
 * <p>It is assumed that hosts are as fast as this one and have one replica each, that sending goes
 * on while replicas compute, that messages stay as large as with one replica, and that nothing is
 * lost on the way.
 */
final class ScalingPrediction {
  private static final int BITS_PER_BYTE = 8;

  private final SharingCost cost;

  ScalingPrediction(SharingCost cost) {
    this.cost = cost;
  }

  /**
   * Images per second of all replicas over those of as many that share nothing.
   *
   * @param bitsPerSecond of the driver's network interface
   */
  double efficiency(int replicas, double bitsPerSecond) {
    double plain = cost.compute().medianSeconds() + cost.plainApply().medianSeconds();
    double work =
        cost.compute().medianSeconds()
            + cost.encode().medianSeconds()
            + replicas * cost.apply().medianSeconds();
    double relayedBits =
        (double) replicas * (replicas - 1) * BITS_PER_BYTE * cost.meanMessageBytes();
    return plain / Math.max(work, relayedBits / bitsPerSecond);
  }
}
