package dev.sparkresnet.model.kernels;

/** Max-pooling by libnd4j's own operations; padding never wins. */
public final class MaxPoolKernel {
  private final Operation forward;
  private final Operation backward;

  /** A square window. */
  public MaxPoolKernel(int kernel, int stride, int padding) {
    this.forward = pool("maxpool2d", kernel, stride, padding);
    this.backward = pool("maxpool2d_bp", kernel, stride, padding);
  }

  /** Arguments: kernel, stride, padding, dilation, no "same" mode, unused, channels last. */
  private static Operation pool(String name, int kernel, int stride, int padding) {
    return Operation.named(name)
        .withIntegers(kernel, kernel, stride, stride, padding, padding, 1, 1, 0, 0, 1);
  }

  /** Computes the output {@code y} from the input {@code x}. */
  public void forward(FeatureMap x, FeatureMap y) {
    forward.run(y.images(), x.images());
  }

  /** Overwrites {@code dx} with the gradient of the input. */
  public void backward(FeatureMap x, FeatureMap dy, FeatureMap dx) {
    backward.run(dx.images(), x.images(), dy.images());
  }
}
