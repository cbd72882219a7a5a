package dev.sparkresnet.model.kernels;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A libnd4j operation with its arguments, to be run on arrays again and again.
 *
 * <p>It keeps the native context of the last run: to build one costs ten times what a small
 * operation takes.
 */
final class Operation {
  private final CustomOp operation;
  private final OpContext context = Nd4j.getExecutioner().buildContext();
  private INDArray[] inputs = {};
  private INDArray[] outputs = {};

  private Operation(String name) {
    this.operation = DynamicCustomOp.builder(name).build();
  }

  static Operation named(String name) {
    return new Operation(name);
  }

  /** Matrix product of two matrices as they are. */
  static Operation product() {
    return named("matmul").withIntegers(0, 0, 0);
  }

  /** Matrix product with the first matrix transposed. */
  static Operation productOfTransposedFirst() {
    return named("matmul").withIntegers(1, 0, 0);
  }

  /** Matrix product with the second matrix transposed. */
  static Operation productOfTransposedSecond() {
    return named("matmul").withIntegers(0, 1, 0);
  }

  Operation withIntegers(long... integers) {
    context.setIArguments(integers);
    return this;
  }

  Operation withReals(double... reals) {
    context.setTArguments(reals);
    return this;
  }

  /** Makes a matrix product add to its output instead of overwriting it. */
  Operation accumulating() {
    return withReals(1, 1);
  }

  void run(INDArray output, INDArray... newInputs) {
    run(new INDArray[] {output}, newInputs);
  }

  void run(INDArray[] newOutputs, INDArray... newInputs) {
    if (areOther(newInputs, inputs) || areOther(newOutputs, outputs)) {
      bind(newOutputs, newInputs);
    }
    Nd4j.getExecutioner().exec(operation, context);
  }

  /** A native context keeps the memory of all arrays that it was ever given, until it is purged. */
  private void bind(INDArray[] newOutputs, INDArray[] newInputs) {
    context.purge();
    context.setInputArrays(newInputs);
    context.setOutputArrays(newOutputs);
    inputs = newInputs;
    outputs = newOutputs;
  }

  private static boolean areOther(INDArray[] arrays, INDArray[] bound) {
    return arrays.length != bound.length
        || !Arrays.equals(arrays, bound, (left, right) -> left == right ? 0 : 1);
  }
}
