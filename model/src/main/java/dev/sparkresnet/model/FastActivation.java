package dev.sparkresnet.model;

import dev.sparkresnet.model.FastMemory.Shared;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.Rectifier;

/**
 * A feature map that is rectified in place, and its gradient.
 *
 * @param dy gradient of {@code y}
 */
record FastActivation(FeatureMap y, FeatureMap dy, Rectifier rectifier, LayerClock clock) {

  /** For the output of a convolution and its batch norm. */
  static FastActivation of(Convolution convolution, Shared gradient, FastContext context) {
    int size = convolution.outputSize();
    int channels = convolution.outputChannels();
    return new FastActivation(
        context.memory().keep(size, channels),
        context.memory().share(gradient, size, channels),
        new Rectifier(),
        context.clock());
  }

  void forward() {
    clock.time(LayerKind.ELEMENTWISE, () -> rectifier.forward(y));
  }

  /** Uses up {@code y}. */
  void backward() {
    clock.time(LayerKind.ELEMENTWISE, () -> rectifier.backward(dy, y));
  }
}
