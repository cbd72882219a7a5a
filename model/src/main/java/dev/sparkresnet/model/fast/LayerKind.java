package dev.sparkresnet.model.fast;

/** What the time of a step is spent on. */
public enum LayerKind {
  /** The convolution of the images. */
  STEM_CONVOLUTION,
  /** 1x1 convolutions. */
  POINTWISE_CONVOLUTION,
  /** 3x3 convolutions. */
  SPATIAL_CONVOLUTION,
  /** Batch norms. */
  BATCH_NORM,
  /** Rectified linear units, additions of shortcuts, and the copies that strides need. */
  ELEMENTWISE,
  /** Both poolings, the dense layer and the loss. */
  HEAD_AND_POOLING,
  /** Weight decay, momentum and the change of the parameters. */
  OPTIMIZER
}
