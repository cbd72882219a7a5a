package dev.sparkresnet.model.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The weights of a convolution in DL4J's layout.
 *
 * @param values [output channels, input channels, kernel, kernel]
 */
record Weights(INDArray values) {

  int outputChannels() {
    return Math.toIntExact(values.size(0));
  }

  int inputChannels() {
    return Math.toIntExact(values.size(1));
  }

  int kernel() {
    return Math.toIntExact(values.size(2));
  }
}
