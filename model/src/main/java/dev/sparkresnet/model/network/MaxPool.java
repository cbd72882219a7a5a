package dev.sparkresnet.model.network;

/**
 * The max-pool that ends a stem.
 *
 * @param name what its vertex begins with
 * @param inputSize height and width of what comes in
 * @param channels of what comes in and goes out
 */
public record MaxPool(String name, int inputSize, int channels) {
  public static final int KERNEL = 3;
  public static final int STRIDE = 2;
  public static final int PADDING = 1;

  public String vertexName() {
    return name + "_pool";
  }

  public int outputSize() {
    return ConvolutionUnit.outputSize(inputSize, KERNEL, STRIDE, PADDING);
  }

  /** Values of one image that go out. */
  public long outputValues() {
    return (long) outputSize() * outputSize() * channels;
  }
}
