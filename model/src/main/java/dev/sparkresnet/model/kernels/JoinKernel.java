package dev.sparkresnet.model.kernels;

/** Where a residual block ends: its shortcut is added and the sum rectified. */
public final class JoinKernel {
  private final Operation add = Operation.named("add");
  private final Rectifier rectifier = new Rectifier();

  /** Overwrites {@code y} with the rectified sum of both. */
  public void forward(FeatureMap y, FeatureMap shortcut) {
    add.run(y.rows(), y.rows(), shortcut.rows());
    rectifier.forward(y);
  }

  /**
   * Turns the gradient of the output into that of both summands.
   *
   * @param dy gradient, changed in place
   * @param y output of {@link #forward}; used up
   */
  public void backward(FeatureMap dy, FeatureMap y) {
    rectifier.backward(dy, y);
  }
}
