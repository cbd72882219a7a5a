package dev.sparkresnet.model.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A bias for each channel. */
public final class BiasKernel {
  private final INDArray values;
  private ChannelVector gradient;
  private final Operation add = Operation.named("biasadd");
  private final Operation sum = Operation.product();
  private INDArray ones;

  /** A bias, [channels]. */
  public BiasKernel(INDArray values) {
    this.values = values;
  }

  /** Says where {@link #backward} puts the gradient of the bias, [channels]. */
  public void trainInto(INDArray newGradient) {
    gradient = ChannelVector.of(newGradient);
  }

  /** Adds the bias in place. */
  public void forward(FeatureMap z) {
    add.run(z.rows(), z.rows(), values);
  }

  /** Computes the gradient of the bias. */
  public void backward(FeatureMap dz) {
    long rows = dz.rows().size(0);
    if (ones == null || ones.size(1) != rows) {
      ones = Detached.filled(dz.rows().dataType(), 1, 1, rows);
    }
    sum.run(gradient.row(), ones, dz.rows());
  }
}
