package dev.sparkresnet.job.training;

import java.io.Serializable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The values of a flat ND4J array on the Java heap, as they travel through Spark. */
final class FlatVector implements Serializable {
  private final float[] values;

  private FlatVector(float[] values) {
    this.values = values;
  }

  static FlatVector copyOf(INDArray array) {
    try (INDArray copy = array.dup()) {
      return new FlatVector(copy.data().asFloat());
    }
  }

  void copyInto(INDArray array) {
    try (INDArray source = Nd4j.createFromArray(values)) {
      array.assign(source.reshape(array.shape()));
    }
  }

  /** Adds the other vector to this one, in place. */
  void add(FlatVector other) {
    for (int i = 0; i < values.length; i++) {
      values[i] += other.values[i];
    }
  }
}
