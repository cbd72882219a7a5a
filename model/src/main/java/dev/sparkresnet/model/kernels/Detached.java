package dev.sparkresnet.model.kernels;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Arrays that outlive whatever DL4J workspace is open when they are made. */
final class Detached {
  private Detached() {}

  static INDArray uninitialized(DataType type, long... shape) {
    return Nd4j.createUninitializedDetached(type, 'c', shape);
  }

  static INDArray filled(DataType type, double value, long... shape) {
    return uninitialized(type, shape).assign(value);
  }

  static INDArray indices(int... values) {
    return Nd4j.createFromArray(values).detach();
  }
}
