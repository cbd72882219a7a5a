package dev.sparkresnet.model;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;

/**
 * How long something took that was done several times.
 *
 * @param examples images processed each time
 */
public record Timing(
    int examples, double medianSeconds, double fastestSeconds, double slowestSeconds)
    implements Serializable {

  /**
   * Does something a number of times without and a number of times with a watch.
   *
   * @param examples images processed each time
   */
  static Timing of(int examples, int warmUps, int repetitions, Runnable work) {
    for (int repetition = 0; repetition < warmUps; repetition++) {
      work.run();
    }
    double[] seconds = new double[repetitions];
    for (int repetition = 0; repetition < repetitions; repetition++) {
      long start = System.nanoTime();
      work.run();
      seconds[repetition] = (System.nanoTime() - start) / 1e9;
    }
    Arrays.sort(seconds);
    return new Timing(examples, seconds[repetitions / 2], seconds[0], seconds[repetitions - 1]);
  }

  /** Of the median. */
  public double imagesPerSecond() {
    return examples / medianSeconds;
  }

  String render() {
    return String.format(
        Locale.ROOT,
        "%8.1f images/s  %8.1f ms  (%.1f to %.1f)",
        imagesPerSecond(),
        1e3 * medianSeconds,
        1e3 * fastestSeconds,
        1e3 * slowestSeconds);
  }
}
