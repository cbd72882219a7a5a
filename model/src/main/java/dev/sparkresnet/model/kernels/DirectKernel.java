package dev.sparkresnet.model.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A convolution by libnd4j's own operations. */
final class DirectKernel implements ConvolutionKernel {
  private final Weights weights;
  private INDArray gradient;
  private final Operation forward;
  private final Operation backward;

  DirectKernel(int stride, int padding, Weights weights) {
    this.weights = weights;
    this.forward = convolution("conv2d", stride, padding);
    this.backward = convolution("conv2d_bp", stride, padding);
  }

  /** Arguments: kernel, stride, padding, dilation, no "same" mode, channels last, our weights. */
  private Operation convolution(String name, int stride, int padding) {
    int kernel = weights.kernel();
    return Operation.named(name)
        .withIntegers(kernel, kernel, stride, stride, padding, padding, 1, 1, 0, 1, 1);
  }

  @Override
  public void trainInto(INDArray newGradient) {
    gradient = newGradient;
  }

  @Override
  public void prepare() {}

  @Override
  public void forward(FeatureMap x, FeatureMap z) {
    forward.run(z.images(), x.images(), weights.values());
  }

  @Override
  public void backward(FeatureMap x, FeatureMap dz, FeatureMap dx) {
    INDArray[] gradients = {dx.images(), gradient};
    backward.run(gradients, x.images(), weights.values(), dz.images());
  }
}
