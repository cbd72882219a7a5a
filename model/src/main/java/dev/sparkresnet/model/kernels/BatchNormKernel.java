package dev.sparkresnet.model.kernels;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.impl.transforms.floating.RSqrt;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Batch norm over the rows of a feature map (Ioffe and Szegedy 2015, arXiv 1502.03167).
 *
 * <p>Sums over rows are products with a row of equal numbers, which libnd4j does ten times faster
 * than its reductions. The variance is that of the centred values, so nothing is lost where the
 * mean is large.
 */
public final class BatchNormKernel {
  private final INDArray gamma;
  private final INDArray beta;
  private final DataType type;
  private final long channels;
  private final ChannelVector negativeMean;
  private final ChannelVector variance;
  private final INDArray epsilons;
  private final INDArray inverseDeviation;
  private final INDArray scale;
  private final Backward backward;
  private Rows rows;

  private final Operation negatedMean = Operation.product();
  private final Operation center = Operation.named("biasadd");
  private final Operation square = Operation.named("multiply");
  private final Operation meanSquare = Operation.product();
  private final Operation addEpsilon = Operation.named("add");
  private final Op inverseRoot;
  private final Operation computeScale = Operation.named("multiply");
  private final Operation multiplyByScale = Operation.named("multiply");
  private final Operation addBeta = Operation.named("biasadd");

  /**
   * A kernel that has seen no minibatch yet.
   *
   * @param gamma scale, [channels]
   * @param beta shift, [channels]
   * @param epsilon added to the variance before its root is taken
   */
  public BatchNormKernel(INDArray gamma, INDArray beta, double epsilon) {
    this.gamma = gamma;
    this.beta = beta;
    this.type = gamma.dataType();
    this.channels = gamma.length();
    this.negativeMean = ChannelVector.filled(type, 0, channels);
    this.variance = ChannelVector.filled(type, 1, channels);
    this.epsilons = Detached.filled(type, epsilon, channels);
    this.inverseDeviation = Detached.uninitialized(type, channels);
    this.scale = Detached.uninitialized(type, channels);
    this.inverseRoot = new RSqrt(inverseDeviation, inverseDeviation);
    this.backward = new Backward();
  }

  /**
   * Says where {@link #backward} puts the gradients of the parameters.
   *
   * @param gammaGradient [channels]
   * @param betaGradient [channels]
   */
  public void trainInto(INDArray gammaGradient, INDArray betaGradient) {
    backward.gammaGradient = ChannelVector.of(gammaGradient);
    backward.betaGradient = ChannelVector.of(betaGradient);
  }

  /**
   * Normalises a minibatch by its own mean and variance.
   *
   * @param z input; centred in place
   * @param y output
   * @param scratch of the same shape, overwritten
   */
  public void forward(FeatureMap z, FeatureMap y, FeatureMap scratch) {
    useRows(z.rows().size(0));
    negatedMean.run(negativeMean.row(), rows.negativeAverage, z.rows());
    center.run(z.rows(), z.rows(), negativeMean.vector());
    square.run(scratch.rows(), z.rows(), z.rows());
    meanSquare.run(variance.row(), rows.average, scratch.rows());
    addEpsilon.run(inverseDeviation, variance.vector(), epsilons);
    Nd4j.getExecutioner().exec(inverseRoot);
    computeScale.run(scale, gamma, inverseDeviation);
    multiplyByScale.run(y.rows(), z.rows(), scale);
    addBeta.run(y.rows(), y.rows(), beta);
  }

  /**
   * Computes the gradients of the parameters and of the input of the last {@link #forward}.
   *
   * @param dy gradient of the output
   * @param z input as {@link #forward} left it
   * @param dz overwritten with the gradient of the input; may be {@code z}
   * @param scratch of the same shape, overwritten
   */
  public void backward(FeatureMap dy, FeatureMap z, FeatureMap dz, FeatureMap scratch) {
    backward.run(dy.rows(), z.rows(), dz.rows(), scratch.rows());
  }

  /** Mean of each channel in the last minibatch. */
  public double[] mean() {
    double[] mean = negativeMean.vector().toDoubleVector();
    for (int channel = 0; channel < mean.length; channel++) {
      mean[channel] = -mean[channel];
    }
    return mean;
  }

  /** Variance of each channel in the last minibatch, not corrected for bias. */
  public double[] variance() {
    return variance.vector().toDoubleVector();
  }

  private void useRows(long count) {
    if (rows == null || rows.count() != count) {
      rows = Rows.of(type, count, channels);
    }
  }

  /**
   * Constants that depend on the number of rows.
   *
   * @param ones [1, rows]; the other rows alike, of plus and minus one by the number of rows
   * @param negativeInverse minus one by the number of rows, [channels]
   */
  private record Rows(
      INDArray ones, INDArray average, INDArray negativeAverage, INDArray negativeInverse) {

    static Rows of(DataType type, long count, long channels) {
      double inverse = 1.0 / count;
      return new Rows(
          Detached.filled(type, 1, 1, count),
          Detached.filled(type, inverse, 1, count),
          Detached.filled(type, -inverse, 1, count),
          Detached.filled(type, -inverse, channels));
    }

    long count() {
      return ones.size(1);
    }
  }

  /**
   * The gradients. With s the inverse standard deviation, g the scale and n the rows, that of the
   * centred input z is {@code g s (dy - sum(dy) / n - z s² sum(dy z) / n)}: one factor for dy, one
   * for z, and an offset, all by channel.
   *
   * <p>Multiplications by channel do not work in place: libnd4j takes three times as long for that.
   */
  private final class Backward {
    private ChannelVector gammaGradient;
    private ChannelVector betaGradient;
    private final ChannelVector sumOfProducts = ChannelVector.filled(type, 0, channels);
    private final INDArray common = Detached.uninitialized(type, channels);
    private final INDArray zFactor = Detached.uninitialized(type, channels);
    private final INDArray offset = Detached.uninitialized(type, channels);

    private final Operation sumDy = Operation.product();
    private final Operation multiplyDyZ = Operation.named("multiply");
    private final Operation sumDyZ = Operation.product();
    private final Operation finishGamma = Operation.named("multiply");
    private final Operation finishCommon = Operation.named("multiply");
    private final Operation finishOffset = Operation.named("multiply");
    private final Operation startZFactor = Operation.named("multiply");
    private final Operation finishZFactor = Operation.named("multiply");
    private final Operation scaleZ = Operation.named("multiply");
    private final Operation addOffset = Operation.named("biasadd");
    private final Operation scaleDy = Operation.named("multiply");
    private final Operation add = Operation.named("add");

    void run(INDArray dy, INDArray z, INDArray dz, INDArray scratch) {
      sumDy.run(betaGradient.row(), rows.ones, dy);
      multiplyDyZ.run(scratch, dy, z);
      sumDyZ.run(sumOfProducts.row(), rows.ones, scratch);
      computeFactors();
      scaleZ.run(scratch, z, zFactor);
      addOffset.run(scratch, scratch, offset);
      scaleDy.run(dz, dy, scale);
      add.run(dz, dz, scratch);
    }

    private void computeFactors() {
      finishGamma.run(gammaGradient.vector(), sumOfProducts.vector(), inverseDeviation);
      finishCommon.run(common, scale, rows.negativeInverse);
      finishOffset.run(offset, common, betaGradient.vector());
      startZFactor.run(zFactor, common, inverseDeviation);
      finishZFactor.run(zFactor, zFactor, gammaGradient.vector());
    }
  }
}
