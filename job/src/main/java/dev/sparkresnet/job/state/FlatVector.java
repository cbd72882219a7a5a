package dev.sparkresnet.job.state;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The values of a flat ND4J array of floats on the Java heap, as they travel through Spark and as
 * they are stored.
 */
public final class FlatVector implements Serializable {
  private static final int CHUNK_VALUES = 1 << 16;

  private final float[] values;

  private FlatVector(float[] values) {
    this.values = values;
  }

  /** The values that the array has now. */
  public static FlatVector copyOf(INDArray array) {
    try (INDArray copy = array.dup()) {
      float[] values = new float[Math.toIntExact(copy.length())];
      copy.data().asNioFloat().get(values);
      return new FlatVector(values);
    }
  }

  /** One after the other. */
  public static FlatVector concatenate(Iterable<FlatVector> parts) {
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

  /** The number of values. */
  public int length() {
    return values.length;
  }

  /** The values from one position to before another. */
  public FlatVector slice(int from, int to) {
    return new FlatVector(Arrays.copyOfRange(values, from, to));
  }

  /** Sets the values of an array of as many. */
  public void copyInto(INDArray array) {
    try (INDArray source = Nd4j.createFromArray(values)) {
      array.assign(source.reshape(array.shape()));
    }
  }

  /** The mean of vectors of one length, added up in the order given. */
  public static FlatVector mean(List<FlatVector> vectors) {
    FlatVector mean = new FlatVector(vectors.get(0).values.clone());
    vectors.subList(1, vectors.size()).forEach(mean::add);
    mean.divide(vectors.size());
    return mean;
  }

  /** Adds the other vector to this one, in place. */
  public void add(FlatVector other) {
    for (int i = 0; i < values.length; i++) {
      values[i] += other.values[i];
    }
  }

  /** Divides every value, in place. */
  public void divide(int divisor) {
    for (int i = 0; i < values.length; i++) {
      values[i] /= divisor;
    }
  }

  /** Writes the values as little-endian IEEE 754 floats of 4 bytes, and nothing else. */
  public void writeTo(OutputStream out) throws IOException {
    byte[] chunk = new byte[CHUNK_VALUES * Float.BYTES];
    FloatBuffer floats = floatsIn(chunk);
    for (int start = 0; start < values.length; start += CHUNK_VALUES) {
      int count = Math.min(CHUNK_VALUES, values.length - start);
      floats.clear().put(values, start, count);
      out.write(chunk, 0, count * Float.BYTES);
    }
  }

  /**
   * Reads so many values of what {@link #writeTo} wrote.
   *
   * @throws EOFException if there are fewer
   */
  public static FlatVector readFrom(InputStream in, int length) throws IOException {
    float[] values = new float[length];
    byte[] chunk = new byte[CHUNK_VALUES * Float.BYTES];
    FloatBuffer floats = floatsIn(chunk);
    for (int start = 0; start < length; start += CHUNK_VALUES) {
      int count = Math.min(CHUNK_VALUES, length - start);
      if (in.readNBytes(chunk, 0, count * Float.BYTES) < count * Float.BYTES) {
        throw new EOFException("it ends before value " + (start + count) + " of " + length);
      }
      floats.clear().get(values, start, count);
    }
    return new FlatVector(values);
  }

  private static FloatBuffer floatsIn(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  /** CRC-32C of the bits: vectors that differ in one bit differ in it. */
  public long checksum() {
    CRC32C checksum = new CRC32C();
    byte[] chunk = new byte[CHUNK_VALUES * Float.BYTES];
    FloatBuffer floats = floatsIn(chunk);
    for (int start = 0; start < values.length; start += CHUNK_VALUES) {
      int count = Math.min(CHUNK_VALUES, values.length - start);
      floats.clear().put(values, start, count);
      checksum.update(chunk, 0, count * Float.BYTES);
    }
    return checksum.getValue();
  }

  /** Sum of the squares of the values from one position to before another. */
  public double squares(long from, long to) {
    double sum = 0;
    for (int i = (int) from; i < to; i++) {
      sum += (double) values[i] * values[i];
    }
    return sum;
  }
}
