package dev.sparkresnet.model.benchmark;

import java.io.Serializable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The fastest that this machine multiplies large matrices, which no network can exceed by much.
 *
 * @param operationsPerSecond multiplications and additions of floats
 */
public record ProductCeiling(double operationsPerSecond) implements Serializable {
  private static final int SIZE = 2048;
  private static final Repetitions REPETITIONS = new Repetitions(2, 10);

  /** Measures the faster of libnd4j's two matrix products, with the threads there are. */
  public static ProductCeiling measure() {
    try (INDArray left = Nd4j.rand(DataType.FLOAT, SIZE, SIZE);
        INDArray right = Nd4j.rand(DataType.FLOAT, SIZE, SIZE);
        INDArray product = Nd4j.create(DataType.FLOAT, SIZE, SIZE);
        INDArray blasProduct = Nd4j.create(DataType.FLOAT, new long[] {SIZE, SIZE}, 'f')) {
      double fastest =
          Math.min(
              fastestSeconds(() -> Nd4j.matmul(left, right, product)),
              fastestSeconds(() -> Nd4j.gemm(left, right, blasProduct, false, false, 1, 0)));
      return new ProductCeiling(2.0 * SIZE * SIZE * SIZE / fastest);
    }
  }

  private static double fastestSeconds(Runnable product) {
    TimedRuns watch = new TimedRuns();
    REPETITIONS.run(run -> watch.time(product), watch::reset);
    return watch.timing().fastestSeconds();
  }

  /** The higher one of two measurements. */
  public ProductCeiling orHigher(ProductCeiling other) {
    return operationsPerSecond >= other.operationsPerSecond ? this : other;
  }

  /** The share of the ceiling that something reaches which does so many operations each time. */
  public double share(double operations, Timing timing) {
    return operations / timing.medianSeconds() / operationsPerSecond;
  }
}
