package dev.sparkresnet.model.network;

/** What comes before the first stage. */
public enum Stem {
  /** A 7x7 convolution of stride 2 and a 3x3 max-pool of stride 2 (He et al. 2016, table 1). */
  IMAGENET(7, 2, MaxPool.STRIDE),
  /**
   * A 3x3 convolution of stride 1 and no pooling, for small images (He et al. 2016, section 4.2).
   */
  CIFAR(3, 1, 1);

  private final int kernel;
  private final int stride;
  private final int poolStride;

  Stem(int kernel, int stride, int poolStride) {
    this.kernel = kernel;
    this.stride = stride;
    this.poolStride = poolStride;
  }

  /** Height and width of the convolution's window. */
  int kernel() {
    return kernel;
  }

  /** Of the convolution. */
  int stride() {
    return stride;
  }

  boolean hasPool() {
    return poolStride > 1;
  }

  int totalStride() {
    return stride * poolStride;
  }
}
