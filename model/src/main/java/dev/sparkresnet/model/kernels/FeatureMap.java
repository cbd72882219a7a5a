package dev.sparkresnet.model.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The activations of a minibatch, or their gradients, as three views of the same memory.
 *
 * @param images [n, height, width, channels]
 * @param rows [n * height * width, channels], one row for each pixel
 * @param vectors [n, height * width * channels], one row for each image
 */
public record FeatureMap(INDArray images, INDArray rows, INDArray vectors) {

  /**
   * All views of an array.
   *
   * @param images [n, height, width, channels], in c order without gaps
   */
  public static FeatureMap of(INDArray images) {
    long batch = images.size(0);
    long channels = images.size(3);
    long values = images.length();
    return new FeatureMap(
        images,
        images.reshape('c', values / channels, channels),
        images.reshape('c', batch, values / batch));
  }

  /** Height, which is also the width. */
  public int size() {
    return Math.toIntExact(images.size(1));
  }

  /** Images in the minibatch. */
  public long batch() {
    return images.size(0);
  }
}
