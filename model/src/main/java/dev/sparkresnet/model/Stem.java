package dev.sparkresnet.model;

/** What comes before the first stage. */
public enum Stem {
  /** A 7x7 convolution of stride 2 and a 3x3 max-pool of stride 2 (He et al. 2016, table 1). */
  IMAGENET,
  /**
   * A 3x3 convolution of stride 1 and no pooling, for small images (He et al. 2016, section 4.2).
   */
  CIFAR
}
