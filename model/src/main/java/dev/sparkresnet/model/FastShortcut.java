package dev.sparkresnet.model;

import dev.sparkresnet.model.FastMemory.Shared;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.Subsampling;
import java.util.stream.Stream;

/** The ways from a block's input: past its three convolutions, and into the first of them. */
sealed interface FastShortcut {

  /** Computes what is added to the output of the last convolution. */
  FeatureMap forward();

  /** What the first convolution gets. */
  FeatureMap reduceInput();

  /**
   * Computes the gradient of the block's input from both ways.
   *
   * @param dy gradient of what was added
   * @param reduce the first convolution
   * @param reducedGradient gradient of its output
   */
  void backward(FeatureMap dy, FastUnit reduce, FeatureMap reducedGradient);

  /** The convolutions of the shortcut itself. */
  Stream<FastUnit> units();

  /** The input as it is. The gradients of input and output share one array. */
  record Identity(FeatureMap x) implements FastShortcut {
    @Override
    public FeatureMap forward() {
      return x;
    }

    @Override
    public FeatureMap reduceInput() {
      return x;
    }

    @Override
    public void backward(FeatureMap dy, FastUnit reduce, FeatureMap reducedGradient) {
      reduce.addBackward(x, reducedGradient, dy);
    }

    @Override
    public Stream<FastUnit> units() {
      return Stream.empty();
    }
  }

  /** A projection of the input at the same image size. */
  record Projection(FastUnit unit, FeatureMap x, FeatureMap dx, FeatureMap projected)
      implements FastShortcut {

    static Projection of(
        Convolution convolution, FeatureMap x, FeatureMap dx, FastContext context) {
      FeatureMap projected =
          context
              .memory()
              .share(Shared.PROJECTED, convolution.outputSize(), convolution.outputChannels());
      return new Projection(FastUnit.ofFeatures(convolution, context), x, dx, projected);
    }

    @Override
    public FeatureMap forward() {
      unit.forward(x, projected);
      return projected;
    }

    @Override
    public FeatureMap reduceInput() {
      return x;
    }

    @Override
    public void backward(FeatureMap dy, FastUnit reduce, FeatureMap reducedGradient) {
      unit.backward(x, dy, dx);
      reduce.addBackward(x, reducedGradient, dx);
    }

    @Override
    public Stream<FastUnit> units() {
      return Stream.of(unit);
    }
  }

  /**
   * A projection of every second pixel. The first convolution sees the same pixels or all of them,
   * depending on where the stride is.
   */
  record StridedProjection(
      Projection projection,
      Subsampling subsampling,
      StrideIn strideIn,
      FeatureMap x,
      FeatureMap dx,
      LayerClock clock)
      implements FastShortcut {

    static StridedProjection of(
        Bottleneck block, FeatureMap x, FeatureMap dx, FastContext context) {
      Convolution convolution = block.projection().orElseThrow();
      int size = convolution.outputSize();
      int channels = convolution.inputChannels();
      FeatureMap seen = context.memory().keep(size, channels);
      FeatureMap seenGradient = context.memory().share(Shared.STRIDED, size, channels);
      return new StridedProjection(
          Projection.of(convolution, seen, seenGradient, context),
          new Subsampling(convolution.stride()),
          block.reduce().stride() > 1 ? StrideIn.FIRST : StrideIn.SECOND,
          x,
          dx,
          context.clock());
    }

    @Override
    public FeatureMap forward() {
      clock.time(LayerKind.ELEMENTWISE, () -> subsampling.forward(x, projection.x()));
      return projection.forward();
    }

    @Override
    public FeatureMap reduceInput() {
      return switch (strideIn) {
        case FIRST -> projection.x();
        case SECOND -> x;
      };
    }

    @Override
    public void backward(FeatureMap dy, FastUnit reduce, FeatureMap reducedGradient) {
      FeatureMap seenGradient = projection.dx();
      switch (strideIn) {
        case FIRST -> {
          projection.backward(dy, reduce, reducedGradient);
          clock.time(LayerKind.ELEMENTWISE, () -> subsampling.backward(seenGradient, dx));
        }
        case SECOND -> {
          reduce.backward(x, reducedGradient, dx);
          projection.unit().backward(projection.x(), dy, seenGradient);
          clock.time(LayerKind.ELEMENTWISE, () -> subsampling.addBackward(seenGradient, dx));
        }
      }
    }

    @Override
    public Stream<FastUnit> units() {
      return projection.units();
    }
  }
}
