package dev.sparkresnet.job.training;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The values of a flat ND4J array of floats on the Java heap, as they travel through Spark. */
final class FlatVector implements Serializable {
  private static final int CHECKSUM_VALUES = 1 << 16;

  private final float[] values;

  private FlatVector(float[] values) {
    this.values = values;
  }

  static FlatVector copyOf(INDArray array) {
    try (INDArray copy = array.dup()) {
      float[] values = new float[Math.toIntExact(copy.length())];
      copy.data().asNioFloat().get(values);
      return new FlatVector(values);
    }
  }

  /** One after the other. */
  static FlatVector concatenate(Iterable<FlatVector> parts) {
    int length = 0;
    for (FlatVector part : parts) {
      length += part.length();
    }
    float[] values = new float[length];
    int end = 0;
    for (FlatVector part : parts) {
      System.arraycopy(part.values, 0, values, end, part.length());
      end += part.length();
    }
    return new FlatVector(values);
  }

  int length() {
    return values.length;
  }

  /** The values from one position to before another. */
  FlatVector slice(int from, int to) {
    return new FlatVector(Arrays.copyOfRange(values, from, to));
  }

  void copyInto(INDArray array) {
    try (INDArray source = Nd4j.createFromArray(values)) {
      array.assign(source.reshape(array.shape()));
    }
  }

  /** The mean of vectors of one length, added up in the order given. */
  static FlatVector mean(List<FlatVector> vectors) {
    FlatVector mean = new FlatVector(vectors.get(0).values.clone());
    vectors.subList(1, vectors.size()).forEach(mean::add);
    mean.divide(vectors.size());
    return mean;
  }

  /** Adds the other vector to this one, in place. */
  void add(FlatVector other) {
    for (int i = 0; i < values.length; i++) {
      values[i] += other.values[i];
    }
  }

  /** Divides every value, in place. */
  void divide(int divisor) {
    for (int i = 0; i < values.length; i++) {
      values[i] /= divisor;
    }
  }

  /** CRC-32C of the bits: vectors that differ in one bit differ in it. */
  long checksum() {
    CRC32C checksum = new CRC32C();
    ByteBuffer bytes = ByteBuffer.allocate(CHECKSUM_VALUES * Float.BYTES);
    FloatBuffer floats = bytes.asFloatBuffer();
    for (int start = 0; start < values.length; start += CHECKSUM_VALUES) {
      int count = Math.min(CHECKSUM_VALUES, values.length - start);
      floats.clear().put(values, start, count);
      checksum.update(bytes.clear().limit(count * Float.BYTES));
    }
    return checksum.getValue();
  }

  /** Sum of the squares of the values from one position to before another. */
  double squares(long from, long to) {
    double sum = 0;
    for (int i = (int) from; i < to; i++) {
      sum += (double) values[i] * values[i];
    }
    return sum;
  }

  /** Sum of the squared differences from one position to before another. */
  double squaredDifferences(FlatVector other, long from, long to) {
    double sum = 0;
    for (int i = (int) from; i < to; i++) {
      double difference = (double) values[i] - other.values[i];
      sum += difference * difference;
    }
    return sum;
  }
}
