package dev.sparkresnet.model;

import dev.sparkresnet.model.FastMemory.Shared;
import dev.sparkresnet.model.kernels.BatchNormKernel;
import dev.sparkresnet.model.kernels.BiasKernel;
import dev.sparkresnet.model.kernels.ConvolutionKernel;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.PointwiseKernel;
import java.util.Optional;

/** A convolution with its batch norm, in train mode, for minibatches of one size. */
final class FastUnit {
  private final Convolution convolution;
  private final LayerKind kind;
  private final ConvolutionKernel kernel;
  private final Optional<BiasKernel> bias;
  private final BatchNormKernel batchNorm;
  private final FeatureMap z;
  private final FeatureMap scratch;
  private final LayerClock clock;

  private FastUnit(
      Convolution convolution, LayerKind kind, ConvolutionKernel kernel, FastContext context) {
    this.convolution = convolution;
    this.kind = kind;
    this.kernel = kernel;
    this.bias =
        convolution.hasBias()
            ? Optional.of(context.parameters().bias(convolution))
            : Optional.empty();
    this.batchNorm = context.parameters().batchNorm(convolution);
    this.z = context.memory().keep(convolution.outputSize(), convolution.outputChannels());
    this.scratch =
        context
            .memory()
            .share(Shared.SCRATCH, convolution.outputSize(), convolution.outputChannels());
    this.clock = context.clock();
  }

  static FastUnit ofImages(Convolution convolution, FastContext context) {
    ConvolutionKernel kernel = context.parameters().kernelOfImages(convolution);
    return new FastUnit(convolution, LayerKind.STEM_CONVOLUTION, kernel, context);
  }

  static FastUnit ofFeatures(Convolution convolution, FastContext context) {
    ConvolutionKernel kernel = context.parameters().kernelOfFeatures(convolution);
    LayerKind kind =
        convolution.kernel() == 1 ? LayerKind.POINTWISE_CONVOLUTION : LayerKind.SPATIAL_CONVOLUTION;
    return new FastUnit(convolution, kind, kernel, context);
  }

  Convolution convolution() {
    return convolution;
  }

  BatchNormKernel batchNorm() {
    return batchNorm;
  }

  void forward(FeatureMap x, FeatureMap y) {
    clock.time(
        kind,
        () -> {
          kernel.prepare();
          kernel.forward(x, z);
          bias.ifPresent(each -> each.forward(z));
        });
    clock.time(LayerKind.BATCH_NORM, () -> batchNorm.forward(z, y, scratch));
  }

  /** Overwrites {@code dx}; needs the last {@link #forward} to have been of the same input. */
  void backward(FeatureMap x, FeatureMap dy, FeatureMap dx) {
    backwardToConvolution(dy);
    clock.time(kind, () -> kernel.backward(x, z, dx));
  }

  /** Like {@link #backward}, but adds to {@code dx}; for 1x1 convolutions only. */
  void addBackward(FeatureMap x, FeatureMap dy, FeatureMap dx) {
    backwardToConvolution(dy);
    clock.time(kind, () -> ((PointwiseKernel) kernel).addBackward(x, z, dx));
  }

  private void backwardToConvolution(FeatureMap dy) {
    clock.time(
        LayerKind.BATCH_NORM,
        () -> {
          batchNorm.backward(dy, z, z, scratch);
          bias.ifPresent(each -> each.backward(z));
        });
  }
}
