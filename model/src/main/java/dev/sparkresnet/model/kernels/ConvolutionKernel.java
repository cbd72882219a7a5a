package dev.sparkresnet.model.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One way to compute a convolution without bias and its gradients.
 *
 * <p>Which way is fastest depends on the shape only, so that all replicas of a network choose alike
 * and round alike.
 */
public sealed interface ConvolutionKernel
    permits PointwiseKernel, DenseKernel, PatchKernel, DirectKernel {

  /** Whether every pixel of the output sees every one of the input: then there is one large map. */
  static boolean isDense(int inputSize, int kernel, int padding) {
    return kernel == 3 && padding == 1 && inputSize <= 2;
  }

  /**
   * The kernel for a convolution inside the network.
   *
   * @param inputSize height and width of what comes in
   * @param stride 1 for a 1x1 kernel: {@link Subsampling} has to come first otherwise
   * @param values weights, [output channels, input channels, kernel, kernel]
   */
  static ConvolutionKernel ofFeatures(int inputSize, int stride, int padding, INDArray values) {
    Weights weights = new Weights(values);
    if (weights.kernel() == 1) {
      return new PointwiseKernel(weights);
    }
    if (isDense(inputSize, weights.kernel(), padding)) {
      return new DenseKernel(inputSize, stride, padding, weights);
    }
    return new DirectKernel(stride, padding, weights);
  }

  /** The kernel for a convolution of images, which needs no gradient of its input. */
  static ConvolutionKernel ofImages(int stride, int padding, INDArray values) {
    return new PatchKernel(stride, padding, new Weights(values));
  }

  /**
   * Says where {@link #backward} puts the gradient of the weights.
   *
   * @param gradient of the shape of the weights
   */
  void trainInto(INDArray gradient);

  /** Takes in that the weights have changed; needed before the next {@link #forward}. */
  void prepare();

  /** Computes the output {@code z} from the input {@code x}. */
  void forward(FeatureMap x, FeatureMap z);

  /**
   * Computes the gradient of the weights, and that of the input unless the kernel is one of images.
   * Needs {@link #forward} of the same {@code x} before.
   *
   * @param x the input
   * @param dz gradient of the output
   * @param dx overwritten with the gradient of the input; ignored by a kernel of images
   */
  void backward(FeatureMap x, FeatureMap dz, FeatureMap dx);
}
