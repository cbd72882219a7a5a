package dev.sparkresnet.model;

/**
 * One square convolution of the network, always followed by batch norm.
 *
 * @param name vertex name of what it begins, for example {@code conv3_block2_1}; the convolution is
 *     {@code NAME_conv}, its batch norm {@code NAME_bn}, its activation {@code NAME_relu}
 * @param inputSize height and width of what comes in
 */
record Convolution(
    String name,
    int inputSize,
    int inputChannels,
    int outputChannels,
    int kernel,
    int stride,
    int padding,
    boolean hasBias) {

  static Convolution pointwise(
      String name, int inputSize, int inputChannels, int outputChannels, int stride) {
    return new Convolution(name, inputSize, inputChannels, outputChannels, 1, stride, 0, false);
  }

  static Convolution spatial(String name, int inputSize, int channels, int stride) {
    return new Convolution(name, inputSize, channels, channels, 3, stride, 1, false);
  }

  String convolutionName() {
    return name + "_conv";
  }

  String batchNormName() {
    return name + "_bn";
  }

  String activationName() {
    return name + "_relu";
  }

  int outputSize() {
    return outputSize(inputSize, kernel, stride, padding);
  }

  /** Rounds down like PyTorch: the last rows and columns that fill no window are not seen. */
  static int outputSize(int inputSize, int kernel, int stride, int padding) {
    return (inputSize + 2 * padding - kernel) / stride + 1;
  }

  /** Weights, biases and the scales and shifts of the batch norm behind. */
  long trainableParameters() {
    long weights = (long) outputChannels * inputChannels * kernel * kernel;
    return weights + (hasBias ? outputChannels : 0) + 2L * outputChannels;
  }

  /** For one image. */
  long multiplyAdds() {
    long positions = (long) outputSize() * outputSize();
    return positions * outputChannels * inputChannels * kernel * kernel;
  }
}
