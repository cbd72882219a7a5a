package dev.sparkresnet.job.preflight.measure;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A convolution that was computed on the device: a 3x3 kernel of 1 to 9 over a 4x4 image of 0 to
 * 15, without padding, which is 4 sums of 9 products. The first is 0*1 + 1*2 + 2*3 + 4*4 + 5*5 +
 * 6*6 + 8*7 + 9*8 + 10*9 = 303; one step to the right adds 45, the sum of the kernel, and one down
 * 4 * 45.
 *
 * @param values row by row
 */
public record ConvolutionTrial(List<Float> values) implements Serializable {
  private static final float FIRST = 303;
  private static final float STEP = 45;
  private static final int SIDE = 4;
  private static final int KERNEL = 3;

  /** What it has to come to, exactly, since all numbers are small and whole. */
  public static final ConvolutionTrial EXPECTED =
      new ConvolutionTrial(
          List.of(FIRST, FIRST + STEP, FIRST + SIDE * STEP, FIRST + SIDE * STEP + STEP));

  /** Computes it by the operation that the network's layers use. */
  public static ConvolutionTrial compute() {
    INDArray image = Nd4j.arange(SIDE * SIDE).castTo(DataType.FLOAT).reshape(1, SIDE, SIDE, 1);
    INDArray kernel =
        Nd4j.arange(1, KERNEL * KERNEL + 1).castTo(DataType.FLOAT).reshape(1, 1, KERNEL, KERNEL);
    INDArray result = Nd4j.create(DataType.FLOAT, 1, SIDE - KERNEL + 1, SIDE - KERNEL + 1, 1);
    // Kernel, stride, padding, dilation, no "same" mode, channels last, weights as DL4J has them.
    Nd4j.exec(
        DynamicCustomOp.builder("conv2d")
            .addInputs(image, kernel)
            .addOutputs(result)
            .addIntegerArguments(KERNEL, KERNEL, 1, 1, 0, 0, 1, 1, 0, 1, 1)
            .build());
    float[] values = result.reshape(result.length()).toFloatVector();
    return new ConvolutionTrial(Arrays.asList(values[0], values[1], values[2], values[3]));
  }
}
