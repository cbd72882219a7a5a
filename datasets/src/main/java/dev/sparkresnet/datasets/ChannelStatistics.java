package dev.sparkresnet.datasets;

import java.io.Serializable;
import java.math.BigInteger;
import java.util.Iterator;

/**
 * Mean and standard deviation of each colour channel over a set of examples, of values scaled to 0
 * to 1.
 *
 * <p>Kept as integer sums over bytes, so that the result is exact whatever the order and grouping
 * in which parts are merged.
 */
public final class ChannelStatistics implements Serializable {
  private static final double WHITE = 255;

  private final long pixels;
  private final long[] sums;
  private final long[] sumsOfSquares;

  private ChannelStatistics(long pixels, long[] sums, long[] sumsOfSquares) {
    this.pixels = pixels;
    this.sums = sums;
    this.sumsOfSquares = sumsOfSquares;
  }

  /** Returns the statistics of all remaining records; of none, the neutral element of merging. */
  public static ChannelStatistics of(Iterator<CifarRecord> records) {
    long pixels = 0;
    long[] sums = new long[CifarFormat.CHANNELS];
    long[] sumsOfSquares = new long[CifarFormat.CHANNELS];
    while (records.hasNext()) {
      add(records.next().bytes(), sums, sumsOfSquares);
      pixels += CifarFormat.PLANE_BYTES;
    }
    return new ChannelStatistics(pixels, sums, sumsOfSquares);
  }

  /** Returns the statistics of both sets of examples together. */
  public ChannelStatistics merge(ChannelStatistics other) {
    long[] mergedSums = new long[CifarFormat.CHANNELS];
    long[] mergedSquares = new long[CifarFormat.CHANNELS];
    for (int channel = 0; channel < CifarFormat.CHANNELS; channel++) {
      mergedSums[channel] = sums[channel] + other.sums[channel];
      mergedSquares[channel] = sumsOfSquares[channel] + other.sumsOfSquares[channel];
    }
    return new ChannelStatistics(pixels + other.pixels, mergedSums, mergedSquares);
  }

  /** Returns the mean of the red, green and blue values. */
  public double[] mean() {
    requirePixels();
    double[] means = new double[CifarFormat.CHANNELS];
    for (int channel = 0; channel < means.length; channel++) {
      means[channel] = sums[channel] / (WHITE * pixels);
    }
    return means;
  }

  /** Returns the population standard deviation of the red, green and blue values. */
  public double[] standardDeviation() {
    requirePixels();
    double[] deviations = new double[CifarFormat.CHANNELS];
    for (int channel = 0; channel < deviations.length; channel++) {
      deviations[channel] = Math.sqrt(scaledVariance(channel)) / (WHITE * pixels);
    }
    return deviations;
  }

  /** Returns n * sum(x^2) - sum(x)^2, which is n^2 times the variance, without cancellation. */
  private double scaledVariance(int channel) {
    BigInteger sum = BigInteger.valueOf(sums[channel]);
    return BigInteger.valueOf(pixels)
        .multiply(BigInteger.valueOf(sumsOfSquares[channel]))
        .subtract(sum.multiply(sum))
        .doubleValue();
  }

  private void requirePixels() {
    if (pixels == 0) {
      throw new IllegalStateException("Cannot compute channel statistics: there are no examples");
    }
  }

  private static void add(byte[] record, long[] sums, long[] sumsOfSquares) {
    for (int channel = 0; channel < CifarFormat.CHANNELS; channel++) {
      int first = 1 + channel * CifarFormat.PLANE_BYTES;
      int sum = 0;
      int sumOfSquares = 0;
      for (int at = first; at < first + CifarFormat.PLANE_BYTES; at++) {
        int value = Byte.toUnsignedInt(record[at]);
        sum += value;
        sumOfSquares += value * value;
      }
      sums[channel] += sum;
      sumsOfSquares[channel] += sumOfSquares;
    }
  }
}
