package dev.sparkresnet.model;

import dev.sparkresnet.model.FastMemory.Shared;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.JoinKernel;
import java.util.stream.Stream;

/** A residual block, in train mode, for minibatches of one size. */
final class FastBottleneck {
  private final LayerClock clock;
  private final FastShortcut shortcut;
  private final FastUnit reduce;
  private final FastActivation reduced;
  private final FastUnit filter;
  private final FastActivation filtered;
  private final FastUnit expand;
  private final JoinKernel join = new JoinKernel();
  private final FeatureMap y;
  private final FeatureMap dy;

  /**
   * A block between two feature maps.
   *
   * @param x the block's input
   * @param dx where the gradient of the input goes; the same as {@code dy} without a projection
   * @param dy where the gradient of the output comes from; used up
   */
  FastBottleneck(
      Bottleneck block, FeatureMap x, FeatureMap dx, FeatureMap dy, FastContext context) {
    this.clock = context.clock();
    this.shortcut = shortcut(block, x, dx, context);
    this.reduce = FastUnit.ofFeatures(block.reduce(), context);
    this.reduced = FastActivation.of(block.reduce(), Shared.REDUCED, context);
    this.filter = FastUnit.ofFeatures(block.spatial(), context);
    this.filtered = FastActivation.of(block.spatial(), Shared.FILTERED, context);
    this.expand = FastUnit.ofFeatures(block.expand(), context);
    this.y = context.memory().keep(block.outputSize(), block.expand().outputChannels());
    this.dy = dy;
  }

  private static FastShortcut shortcut(
      Bottleneck block, FeatureMap x, FeatureMap dx, FastContext context) {
    if (block.projection().isEmpty()) {
      return new FastShortcut.Identity(x);
    }
    Convolution projection = block.projection().get();
    if (projection.stride() == 1) {
      return FastShortcut.Projection.of(projection, x, dx, context);
    }
    return FastShortcut.StridedProjection.of(block, x, dx, context);
  }

  FeatureMap output() {
    return y;
  }

  Stream<FastUnit> units() {
    return Stream.concat(shortcut.units(), Stream.of(reduce, filter, expand));
  }

  void forward() {
    FeatureMap added = shortcut.forward();
    reduce.forward(shortcut.reduceInput(), reduced.y());
    reduced.forward();
    filter.forward(reduced.y(), filtered.y());
    filtered.forward();
    expand.forward(filtered.y(), y);
    clock.time(LayerKind.ELEMENTWISE, () -> join.forward(y, added));
  }

  /** Uses up the activations and the gradient of the output. */
  void backward() {
    clock.time(LayerKind.ELEMENTWISE, () -> join.backward(dy, y));
    expand.backward(filtered.y(), dy, filtered.dy());
    filtered.backward();
    filter.backward(reduced.y(), filtered.dy(), reduced.dy());
    reduced.backward();
    shortcut.backward(dy, reduce, reduced.dy());
  }
}
