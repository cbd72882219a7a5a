package dev.sparkresnet.model.kernels;

import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Random arrays, and arrays as plain Java ones. */
final class Values {
  private Values() {}

  /** From -1 to 1. */
  static INDArray random(DataType type, long seed, long... shape) {
    INDArray array = Nd4j.create(DataType.DOUBLE, shape, 'c');
    double[] values = new Random(seed).doubles(array.length(), -1, 1).toArray();
    return Nd4j.createFromArray(values).castTo(type).reshape('c', shape);
  }

  static FeatureMap randomMap(DataType type, long seed, long... shape) {
    return FeatureMap.of(random(type, seed, shape));
  }

  /** Values that nobody wrote, to be overwritten. */
  static FeatureMap junk(DataType type, long... shape) {
    return FeatureMap.of(Nd4j.valueArrayOf(shape, Double.NaN, type));
  }

  /** In c order. */
  static double[] flat(INDArray array) {
    return array.dup('c').reshape(array.length()).toDoubleVector();
  }

  static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
