package dev.sparkresnet.model.network;

/** Which convolution of the first bottleneck of a stage halves the image. */
public enum StrideIn {
  /** The 1x1 reduction, as in the paper (He et al. 2016). */
  FIRST,
  /** The 3x3 convolution, as in torchvision ("ResNet 1.5"). */
  SECOND
}
