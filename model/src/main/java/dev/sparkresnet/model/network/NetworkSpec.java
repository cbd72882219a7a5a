package dev.sparkresnet.model.network;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * The values that define one residual network of bottleneck blocks (He et al. 2016, "Deep Residual
 * Learning for Image Recognition").
 *
 * @param inputSize height and width of the square images, in pixels
 * @param channels colour channels of the images
 * @param classes classes to tell apart
 * @param stem what comes before the first stage
 * @param strideIn which convolution of a stage's first block has the stride
 * @param blocks bottlenecks of each stage; every stage but the first halves the image
 * @param width channels of the first stage's 3x3 convolutions; each stage doubles them
 * @param layers whose layers compute it; that changes neither the parameters nor, but for rounding,
 *     the results
 */
public record NetworkSpec(
    int inputSize,
    int channels,
    int classes,
    Stem stem,
    StrideIn strideIn,
    List<Integer> blocks,
    int width,
    Layers layers)
    implements Serializable {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a value is out of range or the images are smaller than the
   *     product of all strides
   */
  public NetworkSpec {
    blocks = List.copyOf(blocks);
    requireAtLeast(1, "channels", channels);
    requireAtLeast(2, "classes", classes);
    requireAtLeast(1, "width", width);
    requireAtLeast(1, "number of stages", blocks.size());
    blocks.forEach(count -> requireAtLeast(1, "blocks of a stage", count));
    requireAtLeast(totalStride(stem, blocks.size()), "input size", inputSize);
  }

  /**
   * The 50-layer network of the paper: stages of 3, 4, 6 and 3 blocks, width 64, three channels,
   * computed by fast layers.
   *
   * @param inputSize height and width of the square images, in pixels
   * @param classes classes to tell apart
   */
  public static NetworkSpec resNet50(int inputSize, int classes) {
    return new NetworkSpec(
        inputSize, 3, classes, Stem.IMAGENET, StrideIn.FIRST, List.of(3, 4, 6, 3), 64, Layers.FAST);
  }

  /** This network with another stem. */
  public NetworkSpec withStem(Stem newStem) {
    return new NetworkSpec(inputSize, channels, classes, newStem, strideIn, blocks, width, layers);
  }

  /** This network with its strides elsewhere. */
  public NetworkSpec withStrideIn(StrideIn newStrideIn) {
    return new NetworkSpec(inputSize, channels, classes, stem, newStrideIn, blocks, width, layers);
  }

  /** This network with other stages. */
  public NetworkSpec withBlocks(List<Integer> newBlocks) {
    return new NetworkSpec(inputSize, channels, classes, stem, strideIn, newBlocks, width, layers);
  }

  /** This network with another width. */
  public NetworkSpec withWidth(int newWidth) {
    return new NetworkSpec(inputSize, channels, classes, stem, strideIn, blocks, newWidth, layers);
  }

  /** This network for images of another number of channels. */
  public NetworkSpec withChannels(int newChannels) {
    return new NetworkSpec(inputSize, newChannels, classes, stem, strideIn, blocks, width, layers);
  }

  /** This network, computed by other layers. */
  public NetworkSpec withLayers(Layers newLayers) {
    return new NetworkSpec(inputSize, channels, classes, stem, strideIn, blocks, width, newLayers);
  }

  /**
   * The weights of the 3x3 convolutions: fewer than the parameters are in all, and known without
   * making a network that may be too large for the memory.
   */
  public double fewestParameters() {
    double parameters = 0;
    double channels = width;
    for (int count : blocks) {
      parameters += count * 9.0 * channels * channels;
      channels *= 2;
    }
    return parameters;
  }

  /** From 32 stages on more than any image is wide, but less than the product. */
  private static long totalStride(Stem stem, int stages) {
    return (long) stem.totalStride() << Math.min(stages - 1, 31);
  }

  private static void requireAtLeast(long least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot build network: %s must be at least %d, found %d",
              name,
              least,
              value));
    }
  }
}
