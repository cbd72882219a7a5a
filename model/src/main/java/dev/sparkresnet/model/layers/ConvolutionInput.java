package dev.sparkresnet.model.layers;

/** What a convolution is applied to. */
public enum ConvolutionInput {
  /** Images: few channels, and nobody needs their gradient. */
  IMAGES,
  /** The output of another layer. */
  FEATURES
}
