package dev.sparkresnet.model.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ConvolutionKernelTest {

  @ParameterizedTest
  @CsvSource({
    // batch, size, in, out, kernel, stride, padding
    "1, 1, 3, 5, 1, 1, 0",
    "5, 1, 4, 3, 1, 1, 0",
    "3, 2, 3, 8, 1, 1, 0",
    "4, 7, 16, 5, 1, 1, 0",
    "1, 1, 3, 5, 3, 1, 1",
    "6, 1, 4, 3, 3, 1, 1",
    "1, 2, 3, 5, 3, 1, 1",
    "7, 2, 6, 4, 3, 1, 1",
    "3, 1, 3, 5, 3, 2, 1",
    "5, 2, 6, 4, 3, 2, 1",
    "2, 3, 3, 4, 3, 1, 1",
    "3, 4, 16, 16, 3, 1, 1",
    "2, 5, 3, 4, 3, 2, 1",
    "3, 8, 4, 4, 3, 2, 1",
    "2, 9, 5, 3, 3, 1, 1",
  })
  void computesWhatPlainLoopsCompute(
      int batch, int size, int in, int out, int kernel, int stride, int padding) {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      INDArray weights = Values.random(type, 1, out, in, kernel, kernel);
      ConvolutionKernel convolution = ConvolutionKernel.ofFeatures(size, stride, padding, weights);
      FeatureMap x = Values.randomMap(type, 2, batch, size, size, in);
      ReferenceConvolution reference = new ReferenceConvolution(stride, padding, weights);
      long outputSize = (size + 2L * padding - kernel) / stride + 1;
      FeatureMap z = Values.junk(type, batch, outputSize, outputSize, out);
      FeatureMap dz = Values.randomMap(type, 3, batch, outputSize, outputSize, out);
      FeatureMap dx = Values.junk(type, batch, size, size, in);
      INDArray dw = Nd4j.valueArrayOf(weights.shape(), Double.NaN, type);
      convolution.trainInto(dw);
      for (int repetition = 0; repetition < 2; repetition++) {
        convolution.prepare();
        convolution.forward(x, z);
        convolution.backward(x, dz, dx);
        assertClose(z.images(), reference.output(x.images(), z.images()));
        assertClose(dx.images(), reference.inputGradient(x.images(), dz.images()));
        assertClose(dw, reference.weightGradient(x.images(), dz.images()));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 8, 3, 5, 7, 2, 3", "4, 9, 3, 4, 7, 2, 3", "3, 5, 1, 4, 3, 1, 1"})
  void computesConvolutionsOfImages(
      int batch, int size, int in, int out, int kernel, int stride, int padding) {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      INDArray weights = Values.random(type, 1, out, in, kernel, kernel);
      ConvolutionKernel convolution = ConvolutionKernel.ofImages(stride, padding, weights);
      FeatureMap x = Values.randomMap(type, 2, batch, size, size, in);
      ReferenceConvolution reference = new ReferenceConvolution(stride, padding, weights);
      long outputSize = (size + 2L * padding - kernel) / stride + 1;
      FeatureMap z = Values.junk(type, batch, outputSize, outputSize, out);
      FeatureMap dz = Values.randomMap(type, 3, batch, outputSize, outputSize, out);
      INDArray dw = Nd4j.valueArrayOf(weights.shape(), Double.NaN, type);
      convolution.trainInto(dw);
      convolution.prepare();
      convolution.forward(x, z);
      convolution.backward(x, dz, x);
      assertClose(z.images(), reference.output(x.images(), z.images()));
      assertClose(dw, reference.weightGradient(x.images(), dz.images()));
    }
  }

  @Test
  void aPointwiseKernelCanAddToTheGradientOfItsInput() {
    INDArray weights = Values.random(DataType.DOUBLE, 1, 4, 3, 1, 1);
    PointwiseKernel convolution = (PointwiseKernel) ConvolutionKernel.ofFeatures(2, 1, 0, weights);
    convolution.trainInto(weights.dup());
    FeatureMap x = Values.randomMap(DataType.DOUBLE, 2, 2, 2, 2, 3);
    FeatureMap dz = Values.randomMap(DataType.DOUBLE, 3, 2, 2, 2, 4);
    FeatureMap overwritten = Values.junk(DataType.DOUBLE, 2, 2, 2, 3);
    FeatureMap added = Values.randomMap(DataType.DOUBLE, 4, 2, 2, 2, 3);
    INDArray before = added.images().dup();
    convolution.backward(x, dz, overwritten);
    convolution.addBackward(x, dz, added);
    assertThat(Values.flat(added.images()))
        .containsExactly(Values.flat(before.add(overwritten.images())), within(1e-12));
  }

  /** Relative to the largest value. */
  private static void assertClose(INDArray actual, double[] expected) {
    double relative = actual.dataType() == DataType.FLOAT ? 1e-5 : 1e-13;
    double tolerance = relative * Math.max(1, Values.largest(expected));
    assertThat(Values.flat(actual)).containsExactly(expected, within(tolerance));
  }
}
