package dev.sparkresnet.datasets;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a network sees of a byte {@code b} of a channel: {@code (b / 255 - mean) /
 * standardDeviation}.
 *
 * @param mean of the red, green and blue values, scaled to 0 to 1
 * @param standardDeviation of the same, above 0
 */
public record Normalisation(List<Double> mean, List<Double> standardDeviation)
    implements Serializable {
  private static final int BYTE_VALUES = 256;
  private static final Normalisation SCALE_TO_UNIT =
      new Normalisation(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));

  public Normalisation {
    mean = List.copyOf(mean);
    standardDeviation = List.copyOf(standardDeviation);
    if (mean.size() != CifarFormat.CHANNELS || standardDeviation.size() != CifarFormat.CHANNELS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot normalise by mean %s and standard deviation %s: each needs %d values",
              mean,
              standardDeviation,
              CifarFormat.CHANNELS));
    }
    if (!standardDeviation.stream().allMatch(deviation -> deviation > 0)) {
      throw new IllegalArgumentException(
          "Cannot normalise by standard deviation %s: each must be above 0"
              .formatted(standardDeviation));
    }
  }

  /** Returns values from 0 (byte 0) to 1 (byte 255). */
  public static Normalisation scaleToUnit() {
    return SCALE_TO_UNIT;
  }

  /** Returns values of mean 0 and variance 1 in each channel over what the statistics are of. */
  public static Normalisation standardise(ChannelStatistics statistics) {
    return new Normalisation(
        Arrays.stream(statistics.mean()).boxed().toList(),
        Arrays.stream(statistics.standardDeviation()).boxed().toList());
  }

  /** Returns the value of each byte from 0 to 255 for each channel. */
  float[][] tables() {
    float[][] tables = new float[CifarFormat.CHANNELS][BYTE_VALUES];
    for (int channel = 0; channel < CifarFormat.CHANNELS; channel++) {
      for (int value = 0; value < BYTE_VALUES; value++) {
        tables[channel][value] =
            (float) ((value / 255.0 - mean.get(channel)) / standardDeviation.get(channel));
      }
    }
    return tables;
  }
}
