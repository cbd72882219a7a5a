package dev.sparkresnet.model.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.ScalarOp;
import org.nd4j.linalg.api.ops.impl.scalar.ScalarMultiplication;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Weight decay and Nesterov momentum over vectors of parameters, in as few passes over the memory
 * as libnd4j's operations allow.
 *
 * <p>With the gradient g already times the learning rate r, weights w, decay d and momentum m: g
 * becomes {@code g + r d w}, the velocity v becomes {@code m v - g}, and g becomes {@code g - m v},
 * which is what has to be subtracted from the weights.
 */
public final class MomentumKernel {
  private final INDArray weights;
  private final INDArray gradient;
  private final INDArray velocity;
  private final Operation decay = Operation.named("axpy");
  private final ScalarOp slowDown;
  private final Operation accelerate = Operation.named("subtract");
  private final Operation lookAhead;

  /** Works on the given vectors, all of the same length. */
  public MomentumKernel(INDArray weights, INDArray gradient, INDArray velocity, double momentum) {
    this.weights = weights;
    this.gradient = gradient;
    this.velocity = velocity;
    this.slowDown = new ScalarMultiplication(velocity, null, velocity, momentum);
    this.lookAhead = Operation.named("axpy").withReals(-momentum);
  }

  /** Adds a multiple of the weights to the gradient. */
  public void decay(double factor) {
    decay.withReals(factor).run(gradient, gradient, weights);
  }

  /** Moves the velocity and replaces the gradient by what is to be subtracted. */
  public void step() {
    Nd4j.getExecutioner().exec(slowDown);
    accelerate.run(velocity, velocity, gradient);
    lookAhead.run(gradient, gradient, velocity);
  }
}
