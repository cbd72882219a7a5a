package dev.sparkresnet.model.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Every so many pixels of a feature map, which is all that a strided 1x1 convolution sees. */
public final class Subsampling {
  private final int stride;

  /**
   * Keeps one pixel of {@code stride} in each direction, beginning with the first.
   *
   * @param stride distance between the pixels kept
   */
  public Subsampling(int stride) {
    this.stride = stride;
  }

  /** Copies the pixels that are kept. */
  public void forward(FeatureMap x, FeatureMap kept) {
    kept.images().assign(kept(x));
  }

  /** Puts gradients where their pixels came from, and zero everywhere else. */
  public void backward(FeatureMap dkept, FeatureMap dx) {
    dx.images().assign(0);
    kept(dx).assign(dkept.images());
  }

  /** Adds gradients where their pixels came from. */
  public void addBackward(FeatureMap dkept, FeatureMap dx) {
    kept(dx).addi(dkept.images());
  }

  private INDArray kept(FeatureMap all) {
    // ND4J takes no step that is longer than the dimension.
    int step = Math.min(stride, all.size());
    INDArrayIndex each = NDArrayIndex.interval(0, step, all.size());
    return all.images().get(NDArrayIndex.all(), each, each, NDArrayIndex.all());
  }
}
