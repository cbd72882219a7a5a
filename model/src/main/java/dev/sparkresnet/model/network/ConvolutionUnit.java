package dev.sparkresnet.model.network;

/**
 * A square convolution with the batch norm behind it and, if it is activated, a ReLU.
 *
 * @param name what its vertices begin with, for example {@code conv3_block2_1}; the convolution is
 *     {@code NAME_conv}, its batch norm {@code NAME_bn}, its ReLU {@code NAME_relu}
 * @param inputSize height and width of what comes in
 */
public record ConvolutionUnit(
    String name,
    int inputSize,
    int inputChannels,
    int outputChannels,
    int kernel,
    int stride,
    int padding,
    boolean hasBias,
    boolean isActivated) {

  /** Added to a variance before its root is taken; PyTorch's default. */
  public static final double BATCH_NORM_EPSILON = 1e-5;

  /** The convolution of the images, activated. */
  static ConvolutionUnit ofImages(String name, NetworkSpec spec) {
    int kernel = spec.stem().kernel();
    return new ConvolutionUnit(
        name,
        spec.inputSize(),
        spec.channels(),
        spec.width(),
        kernel,
        spec.stem().stride(),
        kernel / 2,
        true,
        true);
  }

  static ConvolutionUnit pointwise(
      String name, int inputSize, int inputChannels, int outputChannels, int stride) {
    return new ConvolutionUnit(
        name, inputSize, inputChannels, outputChannels, 1, stride, 0, false, false);
  }

  static ConvolutionUnit spatial(String name, int inputSize, int channels, int stride) {
    return new ConvolutionUnit(name, inputSize, channels, channels, 3, stride, 1, false, false);
  }

  /** This unit with a ReLU. */
  ConvolutionUnit activated() {
    return new ConvolutionUnit(
        name, inputSize, inputChannels, outputChannels, kernel, stride, padding, hasBias, true);
  }

  public String convolutionName() {
    return name + "_conv";
  }

  public String batchNormName() {
    return name + "_bn";
  }

  public String activationName() {
    return name + "_relu";
  }

  /**
   * Whether it sees some pixels only, so that it is a convolution of stride 1 over those: a 1x1
   * convolution with a stride.
   */
  public boolean skipsPixels() {
    return kernel == 1 && stride > 1;
  }

  public int outputSize() {
    return outputSize(inputSize, kernel, stride, padding);
  }

  /** Rounds down like PyTorch: the last rows and columns that fill no window are not seen. */
  static int outputSize(int inputSize, int kernel, int stride, int padding) {
    return (inputSize + 2 * padding - kernel) / stride + 1;
  }

  /** Height times width of the output. */
  public long outputPixels() {
    return (long) outputSize() * outputSize();
  }

  /** Values of one image that come in. */
  public long inputValues() {
    return (long) inputSize * inputSize * inputChannels;
  }

  /** Values of one image that go out. */
  public long outputValues() {
    return outputPixels() * outputChannels;
  }

  /** Weights, biases and the scales and shifts of the batch norm. */
  long trainableParameters() {
    return weights() + (hasBias ? outputChannels : 0) + 2L * outputChannels;
  }

  /** For one image. */
  long multiplyAdds() {
    return outputPixels() * weights();
  }

  private long weights() {
    return (long) outputChannels * inputChannels * kernel * kernel;
  }
}
