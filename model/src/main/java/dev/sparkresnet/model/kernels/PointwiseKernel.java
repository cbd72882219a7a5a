package dev.sparkresnet.model.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A 1x1 convolution of stride 1 as a product of matrices. */
public final class PointwiseKernel implements ConvolutionKernel {
  private final Weights shape;
  private final INDArray weights;
  private INDArray gradient;
  private final Operation forward = Operation.productOfTransposedSecond();
  private final Operation inputGradient = Operation.product();
  private final Operation addedInputGradient = Operation.product().accumulating();
  private final Operation weightGradient = Operation.productOfTransposedFirst();

  PointwiseKernel(Weights weights) {
    this.shape = weights;
    this.weights = asMatrix(weights.values());
  }

  private INDArray asMatrix(INDArray values) {
    return values.reshape('c', shape.outputChannels(), shape.inputChannels());
  }

  @Override
  public void trainInto(INDArray newGradient) {
    gradient = asMatrix(newGradient);
  }

  @Override
  public void prepare() {}

  @Override
  public void forward(FeatureMap x, FeatureMap z) {
    forward.run(z.rows(), x.rows(), weights);
  }

  @Override
  public void backward(FeatureMap x, FeatureMap dz, FeatureMap dx) {
    inputGradient.run(dx.rows(), dz.rows(), weights);
    weightGradient.run(gradient, dz.rows(), x.rows());
  }

  /** Like {@link #backward}, but adds to {@code dx}. */
  public void addBackward(FeatureMap x, FeatureMap dz, FeatureMap dx) {
    addedInputGradient.run(dx.rows(), dz.rows(), weights);
    weightGradient.run(gradient, dz.rows(), x.rows());
  }
}
