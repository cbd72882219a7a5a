package dev.sparkresnet.model.fast;

import dev.sparkresnet.model.fast.FastMemory.Shared;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.Subsampling;
import dev.sparkresnet.model.network.Bottleneck;
import dev.sparkresnet.model.network.ConvolutionUnit;
import java.util.stream.Stream;

/** The ways from a block's input: past its residual, and into the first convolution of that. */
sealed interface FastShortcut {

  /**
   * The shortcut of a block.
   *
   * @param x the block's input
   * @param dx where the gradient of the input goes
   * @param dy gradient of what is added to the residual
   */
  static FastShortcut of(
      Bottleneck block, FeatureMap x, FeatureMap dx, FeatureMap dy, FastContext context) {
    if (block.projection().isEmpty()) {
      return new Identity(x, dx);
    }
    ConvolutionUnit unit = block.projection().get();
    if (!unit.skipsPixels()) {
      return Projection.of(unit, x, dx, dy, context);
    }
    FeatureMap seen = context.memory().keep(unit.outputSize(), unit.inputChannels());
    FeatureMap seenGradient =
        context.memory().share(Shared.STRIDED, unit.outputSize(), unit.inputChannels());
    return new StridedProjection(
        Projection.of(unit, seen, seenGradient, dy, context),
        new Subsampling(unit.stride()),
        block.residual().get(0).skipsPixels(),
        x,
        dx,
        context.clock());
  }

  /** Computes what is added to the residual. */
  FeatureMap forward();

  /** What the first convolution of the residual gets. */
  FeatureMap residualInput();

  /**
   * Computes the gradient of the block's input from both ways.
   *
   * @param first the first convolution of the residual
   */
  void backward(FastUnit first);

  /** The convolutions of the shortcut itself. */
  Stream<FastUnit> units();

  /** The input as it is. The gradients of input and output share one array. */
  record Identity(FeatureMap x, FeatureMap dx) implements FastShortcut {
    @Override
    public FeatureMap forward() {
      return x;
    }

    @Override
    public FeatureMap residualInput() {
      return x;
    }

    @Override
    public void backward(FastUnit first) {
      first.addBackward(dx);
    }

    @Override
    public Stream<FastUnit> units() {
      return Stream.empty();
    }
  }

  /** A projection of the input at the same image size. */
  record Projection(FastUnit unit, FeatureMap x, FeatureMap dx) implements FastShortcut {

    private static Projection of(
        ConvolutionUnit unit, FeatureMap x, FeatureMap dx, FeatureMap dy, FastContext context) {
      FeatureMap projected = context.share(Shared.PROJECTED, unit);
      FastUnit.Maps maps = new FastUnit.Maps(x, projected, dy);
      return new Projection(FastUnit.ofFeatures(unit, maps, context), x, dx);
    }

    @Override
    public FeatureMap forward() {
      unit.forward();
      return unit.output();
    }

    @Override
    public FeatureMap residualInput() {
      return x;
    }

    @Override
    public void backward(FastUnit first) {
      unit.backward(dx);
      first.addBackward(dx);
    }

    @Override
    public Stream<FastUnit> units() {
      return Stream.of(unit);
    }
  }

  /**
   * A projection of every second pixel.
   *
   * @param isSeenByResidual whether the residual sees the same pixels, or all of them
   */
  record StridedProjection(
      Projection projection,
      Subsampling subsampling,
      boolean isSeenByResidual,
      FeatureMap x,
      FeatureMap dx,
      LayerClock clock)
      implements FastShortcut {

    @Override
    public FeatureMap forward() {
      clock.time(LayerKind.ELEMENTWISE, () -> subsampling.forward(x, projection.x()));
      return projection.forward();
    }

    @Override
    public FeatureMap residualInput() {
      return isSeenByResidual ? projection.x() : x;
    }

    @Override
    public void backward(FastUnit first) {
      if (isSeenByResidual) {
        projection.backward(first);
        clock.time(LayerKind.ELEMENTWISE, () -> subsampling.backward(projection.dx(), dx));
        return;
      }
      first.backward(dx);
      projection.unit().backward(projection.dx());
      clock.time(LayerKind.ELEMENTWISE, () -> subsampling.addBackward(projection.dx(), dx));
    }

    @Override
    public Stream<FastUnit> units() {
      return projection.units();
    }
  }
}
