package dev.sparkresnet.model.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The weights of a convolution and where their gradient goes, in DL4J's layout.
 *
 * @param values [output channels, input channels, kernel, kernel]
 * @param gradient of the same shape; null where nothing is trained
 */
public record Weights(INDArray values, INDArray gradient) {

  int outputChannels() {
    return Math.toIntExact(values.size(0));
  }

  int inputChannels() {
    return Math.toIntExact(values.size(1));
  }

  int kernel() {
    return Math.toIntExact(values.size(2));
  }

  /** These weights as views of another shape with the same number of values. */
  Weights reshape(long... shape) {
    return new Weights(
        values.reshape('c', shape), gradient == null ? null : gradient.reshape('c', shape));
  }
}
