package dev.sparkresnet.model.fast;

import dev.sparkresnet.model.fast.FastMemory.Shared;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.JoinKernel;
import dev.sparkresnet.model.network.Bottleneck;
import dev.sparkresnet.model.network.ConvolutionUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A residual block, in train mode, for minibatches of one size. */
final class FastBottleneck {
  /** Gradients of all outputs within a block but the last. */
  private static final List<Shared> INNER_GRADIENTS = List.of(Shared.REDUCED, Shared.FILTERED);

  private final LayerClock clock;
  private final FastShortcut shortcut;
  private final List<FastUnit> residual = new ArrayList<>();
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
    this.shortcut = FastShortcut.of(block, x, dx, dy, context);
    FeatureMap input = shortcut.residualInput();
    for (ConvolutionUnit unit : block.residual()) {
      FeatureMap gradient =
          unit.equals(block.last())
              ? dy
              : context.share(INNER_GRADIENTS.get(residual.size()), unit);
      FastUnit.Maps maps = new FastUnit.Maps(input, context.keep(unit), gradient);
      residual.add(FastUnit.ofFeatures(unit, maps, context));
      input = maps.y();
    }
    this.y = input;
    this.dy = dy;
  }

  FeatureMap output() {
    return y;
  }

  Stream<FastUnit> units() {
    return Stream.concat(shortcut.units(), residual.stream());
  }

  void forward() {
    FeatureMap added = shortcut.forward();
    residual.forEach(FastUnit::forward);
    clock.time(LayerKind.ELEMENTWISE, () -> join.forward(y, added));
  }

  /** Uses up the activations and the gradient of the output. */
  void backward() {
    clock.time(LayerKind.ELEMENTWISE, () -> join.backward(dy, y));
    for (int index = residual.size() - 1; index > 0; index--) {
      residual.get(index).backward(residual.get(index - 1).outputGradient());
    }
    shortcut.backward(residual.get(0));
  }
}
