package dev.sparkresnet.model.benchmark;

import java.io.Serializable;
import java.util.Arrays;

/**
 * How long something took that was done several times.
 *
 * @param repetitions how often it was timed
 */
public record Timing(
    int repetitions, double medianSeconds, double fastestSeconds, double slowestSeconds)
    implements Serializable {

  /** The timing of at least one measurement. */
  static Timing of(double... seconds) {
    double[] sorted = seconds.clone();
    Arrays.sort(sorted);
    int last = sorted.length - 1;
    double median = (sorted[last / 2] + sorted[sorted.length / 2]) / 2;
    return new Timing(sorted.length, median, sorted[0], sorted[last]);
  }

  /** How many of so many things are done in a second, by the median. */
  public double perSecond(long things) {
    return things / medianSeconds;
  }
}
