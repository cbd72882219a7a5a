package dev.sparkresnet.datasets;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Examples ready for a network.
 *
 * @param images float, [examples, 3, 32, 32], red, green and blue planes
 * @param labels float, [examples, 10], 1 in the column of the class and 0 elsewhere
 */
public record Minibatch(INDArray images, INDArray labels) {
  public int examples() {
    return (int) images.size(0);
  }
}
