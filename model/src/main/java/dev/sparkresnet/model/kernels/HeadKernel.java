package dev.sparkresnet.model.kernels;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Global average pooling, a dense layer, and the gradient of softmax cross-entropy, between the
 * same two arrays at every run.
 */
public final class HeadKernel {
  private final INDArray weights;
  private INDArray gradient;
  private final BiasKernel bias;
  private final FeatureMap logits;
  private final FeatureMap logitsGradient;
  private final INDArray pixels;
  private INDArray pixelGradients;
  private final INDArray pooled;
  private final INDArray pooledGradient;
  private final INDArray shares;

  private final Operation pool = Operation.named("reduce_mean").withIntegers(1);
  private final Operation multiply = Operation.product();
  private final Operation softmax = Operation.named("softmax");
  private final Operation subtractLabels = Operation.named("subtract");
  private final Operation weightGradient = Operation.productOfTransposedFirst();
  private final Operation inputGradient = Operation.productOfTransposedSecond();
  private final Operation spread = Operation.named("multiply");

  /**
   * A head on a feature map.
   *
   * @param weights of the dense layer, [features, classes]
   * @param bias of the dense layer, [classes]
   * @param x what is pooled
   */
  public HeadKernel(INDArray weights, BiasKernel bias, FeatureMap x) {
    this.weights = weights;
    this.bias = bias;
    DataType type = x.images().dataType();
    long batch = x.batch();
    long features = weights.size(0);
    long classes = weights.size(1);
    long area = (long) x.size() * x.size();
    this.logits = FeatureMap.of(Detached.uninitialized(type, batch, 1, 1, classes));
    this.logitsGradient = FeatureMap.of(Detached.uninitialized(type, batch, 1, 1, classes));
    this.pixels = x.images().reshape('c', batch, area, features);
    this.pooled = Detached.uninitialized(type, batch, features);
    this.pooledGradient = Detached.uninitialized(type, batch, features);
    this.shares = Detached.filled(type, 1.0 / area, 1, area, 1);
  }

  /**
   * Says where {@link #backward} puts the gradients.
   *
   * @param newGradient for the weights
   * @param dx for what is pooled
   */
  public void trainInto(INDArray newGradient, FeatureMap dx) {
    gradient = newGradient;
    pixelGradients = dx.images().reshape('c', pixels.shape());
  }

  /** Computes the logits, [n, classes], in an array that the next run overwrites. */
  public INDArray forward() {
    pool.run(pooled, pixels);
    multiply.run(logits.rows(), pooled, weights);
    bias.forward(logits);
    return logits.rows();
  }

  /**
   * Computes the gradients of the cross-entropy summed over the images, times a factor.
   *
   * @param labels one-hot, [n, classes]
   */
  public void backward(INDArray labels, double factor) {
    INDArray dlogits = logitsGradient.rows();
    softmax.run(dlogits, logits.rows());
    subtractLabels.run(dlogits, dlogits, labels);
    dlogits.muli(factor);
    weightGradient.run(gradient, pooled, dlogits);
    bias.backward(logitsGradient);
    inputGradient.run(pooledGradient, dlogits, weights);
    INDArray ofImages =
        pooledGradient.reshape('c', pooledGradient.size(0), 1, pooledGradient.size(1));
    spread.run(pixelGradients, ofImages, shares);
  }
}
