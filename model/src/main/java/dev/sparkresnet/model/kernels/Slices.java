package dev.sparkresnet.model.kernels;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Views of the beginning of an array. */
final class Slices {
  private Slices() {}

  /**
   * The first values of a vector in another shape.
   *
   * @param vector long enough, without gaps
   */
  static INDArray first(INDArray vector, long... shape) {
    long length = Arrays.stream(shape).reduce(1, (left, right) -> left * right);
    return vector.get(NDArrayIndex.interval(0, length)).reshape('c', shape);
  }
}
