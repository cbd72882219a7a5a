package dev.sparkresnet.datasets;

import java.io.Serializable;
import java.util.Locale;

/**
 * Random changes of a training image: pad it with black, crop it to its size at a random place, and
 * perhaps mirror it left to right (He et al. 2015, arXiv 1512.03385, section 4.2).
 *
 * <p>What happens to an example is a function of (seed, epoch, index) alone, so it does not depend
 * on the minibatch or the replica that the example is in.
 *
 * @param padding pixels added at each side before cropping
 * @param flipProbability how likely the image is mirrored, 0 to 1
 */
public record Augmentation(int padding, double flipProbability) implements Serializable {
  private static final long STREAM = 2;

  public Augmentation {
    if (padding < 0 || padding > CifarFormat.SIDE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot augment with padding %d: must be 0 to %d",
              padding,
              CifarFormat.SIDE));
    }
    if (!(flipProbability >= 0 && flipProbability <= 1)) {
      throw new IllegalArgumentException(
          "Cannot augment with flip probability %s: must be 0 to 1".formatted(flipProbability));
    }
  }

  /** Returns the augmentation that leaves images as they are. */
  public static Augmentation none() {
    return new Augmentation(0, 0);
  }

  /** Returns the standard one: crop after padding, and mirror every other image on average. */
  public static Augmentation padAndCropAndFlip(int padding) {
    return new Augmentation(padding, 0.5);
  }

  Crop crop(long seed, int epoch, int index) {
    SplitMix64 random = SplitMix64.keyed(seed, STREAM, epoch, index);
    int firstRow = random.below(2 * padding + 1) - padding;
    int left = random.below(2 * padding + 1) - padding;
    if (random.unit() < flipProbability) {
      return new Crop(firstRow, left + CifarFormat.SIDE - 1, -1);
    }
    return new Crop(firstRow, left, 1);
  }

  /**
   * Where the pixels of an augmented image come from; rows and columns outside the image are black.
   *
   * @param firstRow row of the original that is the top row of the result
   * @param firstColumn column of the original that is the leftmost column of the result
   * @param columnStep 1, or -1 for a mirrored image
   */
  record Crop(int firstRow, int firstColumn, int columnStep) {}
}
