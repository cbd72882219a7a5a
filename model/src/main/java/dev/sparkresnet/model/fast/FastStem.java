package dev.sparkresnet.model.fast;

import dev.sparkresnet.model.fast.FastMemory.Shared;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.MaxPoolKernel;
import dev.sparkresnet.model.network.Architecture;
import dev.sparkresnet.model.network.ConvolutionUnit;
import dev.sparkresnet.model.network.MaxPool;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What comes before the first stage, in train mode, for minibatches of one size. */
final class FastStem {
  private final LayerClock clock;
  private final FeatureMap images;
  private final FastUnit unit;
  private final Optional<Pool> pool;

  private record Pool(MaxPoolKernel kernel, FeatureMap y, FeatureMap dy) {
    static Pool of(MaxPool pool, FastContext context) {
      return new Pool(
          new MaxPoolKernel(MaxPool.KERNEL, MaxPool.STRIDE, MaxPool.PADDING),
          context.memory().keep(pool.outputSize(), pool.channels()),
          context.memory().share(Shared.STRIDED, pool.outputSize(), pool.channels()));
    }
  }

  FastStem(Architecture network, FastContext context) {
    ConvolutionUnit stem = network.stem();
    this.clock = context.clock();
    this.images = context.memory().keep(stem.inputSize(), stem.inputChannels());
    this.unit =
        FastUnit.ofImages(
            stem,
            new FastUnit.Maps(images, context.keep(stem), context.share(Shared.OTHER_BLOCK, stem)),
            context);
    this.pool = network.pool().map(each -> Pool.of(each, context));
  }

  FeatureMap output() {
    return pool.map(Pool::y).orElse(unit.output());
  }

  /** Where the gradient of the output has to be put. */
  FeatureMap outputGradient() {
    return pool.map(Pool::dy).orElse(unit.outputGradient());
  }

  FastUnit unit() {
    return unit;
  }

  /**
   * Computes the output.
   *
   * @param channelsFirst images, [n, channels, size, size]
   */
  void forward(INDArray channelsFirst) {
    clock.time(
        LayerKind.STEM_CONVOLUTION,
        () -> images.images().assign(channelsFirst.permute(0, 2, 3, 1)));
    unit.forward();
    pool.ifPresent(
        each ->
            clock.time(
                LayerKind.HEAD_AND_POOLING, () -> each.kernel.forward(unit.output(), each.y)));
  }

  /** Uses up the activations. */
  void backward() {
    pool.ifPresent(
        each ->
            clock.time(
                LayerKind.HEAD_AND_POOLING,
                () -> each.kernel.backward(unit.output(), each.dy, unit.outputGradient())));
    unit.backward(images);
  }
}
