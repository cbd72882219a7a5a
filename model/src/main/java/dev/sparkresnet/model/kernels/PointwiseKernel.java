package dev.sparkresnet.model.kernels;

/** A 1x1 convolution of stride 1 as a product of matrices. */
public final class PointwiseKernel implements ConvolutionKernel {
  private final Weights weights;
  private final Operation forward = Operation.productOfTransposedSecond();
  private final Operation inputGradient = Operation.product();
  private final Operation addedInputGradient = Operation.product().accumulating();
  private final Operation weightGradient = Operation.productOfTransposedFirst();

  PointwiseKernel(Weights weights) {
    this.weights = weights.reshape(weights.outputChannels(), weights.inputChannels());
  }

  @Override
  public void prepare() {}

  @Override
  public void forward(FeatureMap x, FeatureMap z) {
    forward.run(z.rows(), x.rows(), weights.values());
  }

  @Override
  public void backward(FeatureMap x, FeatureMap dz, FeatureMap dx) {
    inputGradient.run(dx.rows(), dz.rows(), weights.values());
    weightGradient.run(weights.gradient(), dz.rows(), x.rows());
  }

  /** Like {@link #backward}, but adds to {@code dx}. */
  public void addBackward(FeatureMap x, FeatureMap dz, FeatureMap dx) {
    addedInputGradient.run(dx.rows(), dz.rows(), weights.values());
    weightGradient.run(weights.gradient(), dz.rows(), x.rows());
  }
}
