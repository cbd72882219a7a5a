package dev.sparkresnet.model.fast;

import dev.sparkresnet.model.fast.FastMemory.Shared;
import dev.sparkresnet.model.kernels.BatchNormKernel;
import dev.sparkresnet.model.kernels.BiasKernel;
import dev.sparkresnet.model.kernels.ConvolutionKernel;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.PointwiseKernel;
import dev.sparkresnet.model.kernels.Rectifier;
import dev.sparkresnet.model.network.ConvolutionUnit;
import java.util.Optional;

/**
 * A convolution with its batch norm and its ReLU, in train mode, between the same feature maps at
 * every run.
 */
public final class FastUnit {
  /**
   * What it works on.
   *
   * @param x input
   * @param y output
   * @param dy gradient of the output, changed in place by the ReLU
   */
  record Maps(FeatureMap x, FeatureMap y, FeatureMap dy) {}

  private final ConvolutionUnit unit;
  private final LayerKind kind;
  private final Maps maps;
  private final ConvolutionKernel kernel;
  private final Optional<BiasKernel> bias;
  private final BatchNormKernel batchNorm;
  private final Optional<Rectifier> rectifier;
  private final FeatureMap z;
  private final FeatureMap scratch;
  private final LayerClock clock;

  private FastUnit(
      ConvolutionUnit unit,
      LayerKind kind,
      ConvolutionKernel kernel,
      Maps maps,
      FastContext context) {
    this.unit = unit;
    this.kind = kind;
    this.maps = maps;
    this.kernel = kernel;
    this.bias = unit.hasBias() ? Optional.of(context.parameters().bias(unit)) : Optional.empty();
    this.batchNorm = context.parameters().batchNorm(unit);
    this.rectifier = unit.isActivated() ? Optional.of(new Rectifier()) : Optional.empty();
    this.z = context.keep(unit);
    this.scratch = context.share(Shared.SCRATCH, unit);
    this.clock = context.clock();
  }

  static FastUnit ofImages(ConvolutionUnit unit, Maps maps, FastContext context) {
    ConvolutionKernel kernel = context.parameters().kernelOfImages(unit);
    return new FastUnit(unit, LayerKind.STEM_CONVOLUTION, kernel, maps, context);
  }

  /** A unit whose input is without the pixels that it skips. */
  static FastUnit ofFeatures(ConvolutionUnit unit, Maps maps, FastContext context) {
    ConvolutionKernel kernel = context.parameters().kernelOfFeatures(unit);
    LayerKind kind =
        unit.kernel() == 1 ? LayerKind.POINTWISE_CONVOLUTION : LayerKind.SPATIAL_CONVOLUTION;
    return new FastUnit(unit, kind, kernel, maps, context);
  }

  public String batchNormName() {
    return unit.batchNormName();
  }

  public BatchNormKernel batchNorm() {
    return batchNorm;
  }

  FeatureMap output() {
    return maps.y;
  }

  /** Where the gradient of the output has to be put. */
  FeatureMap outputGradient() {
    return maps.dy;
  }

  void forward() {
    clock.time(
        kind,
        () -> {
          kernel.prepare();
          kernel.forward(maps.x, z);
          bias.ifPresent(each -> each.forward(z));
        });
    clock.time(LayerKind.BATCH_NORM, () -> batchNorm.forward(z, maps.y, scratch));
    rectifier.ifPresent(each -> clock.time(LayerKind.ELEMENTWISE, () -> each.forward(maps.y)));
  }

  /**
   * Computes the gradients; uses up the output where it is activated.
   *
   * @param dx overwritten with the gradient of the input
   */
  void backward(FeatureMap dx) {
    backwardToConvolution();
    clock.time(kind, () -> kernel.backward(maps.x, z, dx));
  }

  /** Like {@link #backward}, but adds to {@code dx}; for 1x1 convolutions only. */
  void addBackward(FeatureMap dx) {
    backwardToConvolution();
    clock.time(kind, () -> ((PointwiseKernel) kernel).addBackward(maps.x, z, dx));
  }

  private void backwardToConvolution() {
    rectifier.ifPresent(
        each -> clock.time(LayerKind.ELEMENTWISE, () -> each.backward(maps.dy, maps.y)));
    clock.time(
        LayerKind.BATCH_NORM,
        () -> {
          batchNorm.backward(maps.dy, z, z, scratch);
          bias.ifPresent(each -> each.backward(z));
        });
  }
}
