package dev.sparkresnet.model;

/**
 * The max-pool that ends a stem.
 *
 * @param name what its vertex begins with
 * @param inputSize height and width of what comes in
 * @param channels of what comes in and goes out
 */
record MaxPool(String name, int inputSize, int channels) {
  static final int KERNEL = 3;
  static final int STRIDE = 2;
  static final int PADDING = 1;

  String vertexName() {
    return name + "_pool";
  }

  int outputSize() {
    return ConvolutionUnit.outputSize(inputSize, KERNEL, STRIDE, PADDING);
  }

  /** Values of one image that go out. */
  long outputValues() {
    return (long) outputSize() * outputSize() * channels;
  }
}
