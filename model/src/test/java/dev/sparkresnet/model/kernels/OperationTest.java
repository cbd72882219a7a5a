package dev.sparkresnet.model.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OperationTest {
  private static final long MEGABYTE = 1 << 20;

  @Test
  void takesOtherArraysOnEveryRun() {
    Operation add = Operation.named("add");
    INDArray one = Nd4j.createFromArray(1.0, 2);
    INDArray other = Nd4j.createFromArray(10.0, 20);
    INDArray sum = Nd4j.createFromArray(0.0, 0);
    add.run(sum, one, other);
    assertThat(sum.toDoubleVector()).containsExactly(11, 22);
    add.run(sum, sum, other);
    assertThat(sum.toDoubleVector()).containsExactly(21, 42);
    add.run(one, sum, sum);
    assertThat(one.toDoubleVector()).containsExactly(42, 84);
  }

  @Test
  void keepsItsArgumentsWhenItsArraysChange() {
    Operation axpy = Operation.named("axpy").withReals(3);
    INDArray x = Nd4j.createFromArray(1.0, 2);
    for (int run = 0; run < 2; run++) {
      INDArray y = Nd4j.createFromArray(10.0, 20);
      axpy.run(y, y, x);
      assertThat(y.toDoubleVector()).containsExactly(13, 26);
    }
  }

  /** A native context keeps what it was given, collected or not, until it is told otherwise. */
  @Test
  void letsGoOfTheArraysOfEarlierRuns() {
    Operation square = Operation.named("multiply");
    INDArray result = Nd4j.create(DataType.FLOAT, MEGABYTE);
    long before = Pointer.physicalBytes();
    for (int run = 0; run < 100; run++) {
      INDArray x = Nd4j.valueArrayOf(new long[] {MEGABYTE}, 2.0, DataType.FLOAT);
      square.run(result, x, x);
      if (run % 10 == 0) {
        System.gc();
      }
    }
    for (int collection = 0; collection < 10; collection++) {
      System.gc();
    }
    assertThat(Pointer.physicalBytes() - before).isLessThan(200 * MEGABYTE);
  }
}
