package dev.sparkresnet.model.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.ScalarOp;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.factory.Nd4j;

/** The rectified linear unit, in place. */
public final class Rectifier {
  private final Operation forward = Operation.named("relu").withReals(0);
  private final Operation multiply = Operation.named("multiply");
  private ScalarOp toMask;

  /** Replaces negative values by zero. */
  public void forward(FeatureMap x) {
    forward.run(x.rows(), x.rows());
  }

  /**
   * Sets the gradient to zero where the output is zero.
   *
   * @param dy gradient, changed in place
   * @param y output of {@link #forward}; used up
   */
  public void backward(FeatureMap dy, FeatureMap y) {
    INDArray mask = y.rows();
    if (toMask == null || toMask.x() != mask) {
      toMask = new Step(mask, mask, 0);
    }
    Nd4j.getExecutioner().exec(toMask);
    multiply.run(dy.rows(), dy.rows(), mask);
  }
}
