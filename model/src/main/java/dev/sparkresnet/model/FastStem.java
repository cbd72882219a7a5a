package dev.sparkresnet.model;

import dev.sparkresnet.model.FastMemory.Shared;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.MaxPoolKernel;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What comes before the first stage, in train mode, for minibatches of one size. */
final class FastStem {
  private final LayerClock clock;
  private final FeatureMap images;
  private final FastUnit unit;
  private final FastActivation activation;
  private final Optional<Pool> pool;

  private record Pool(MaxPoolKernel kernel, FeatureMap y, FeatureMap dy) {}

  FastStem(Architecture network, FastContext context) {
    NetworkSpec spec = network.spec();
    this.clock = context.clock();
    this.images = context.memory().keep(spec.inputSize(), spec.channels());
    this.unit = FastUnit.ofImages(network.stem(), context);
    this.activation = FastActivation.of(network.stem(), Shared.OTHER_BLOCK, context);
    this.pool = network.hasStemPool() ? Optional.of(pool(network, context)) : Optional.empty();
  }

  private static Pool pool(Architecture network, FastContext context) {
    int size = network.sizeAfterStem();
    int channels = network.stem().outputChannels();
    return new Pool(
        new MaxPoolKernel(
            Architecture.POOL_KERNEL, Architecture.POOL_STRIDE, Architecture.POOL_PADDING),
        context.memory().keep(size, channels),
        context.memory().share(Shared.STRIDED, size, channels));
  }

  FeatureMap output() {
    return pool.map(Pool::y).orElse(activation.y());
  }

  /** Where the gradient of the output has to be put. */
  FeatureMap outputGradient() {
    return pool.map(Pool::dy).orElse(activation.dy());
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
    unit.forward(images, activation.y());
    activation.forward();
    pool.ifPresent(
        each ->
            clock.time(
                LayerKind.HEAD_AND_POOLING, () -> each.kernel.forward(activation.y(), each.y)));
  }

  /** Uses up the activations. */
  void backward() {
    pool.ifPresent(
        each ->
            clock.time(
                LayerKind.HEAD_AND_POOLING,
                () -> each.kernel.backward(activation.y(), each.dy, activation.dy())));
    activation.backward();
    unit.backward(images, activation.dy(), images);
  }
}
