package dev.sparkresnet.model.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BatchNormKernelTest {
  private static final double EPSILON = 1e-5;
  private static final int CHANNELS = 3;

  private final INDArray gamma = Values.random(DataType.DOUBLE, 1, CHANNELS);
  private final INDArray beta = Values.random(DataType.DOUBLE, 2, CHANNELS);
  private final INDArray gammaGradient = Nd4j.create(DataType.DOUBLE, CHANNELS);
  private final INDArray betaGradient = Nd4j.create(DataType.DOUBLE, CHANNELS);

  @ParameterizedTest
  @CsvSource({"4, 3", "1, 2", "7, 1"})
  void normalisesByTheMeanAndVarianceOfTheMinibatch(int batch, int size) {
    FeatureMap z = map(3, batch, size);
    double[] values = Values.flat(z.images());
    FeatureMap y = junk(batch, size);
    BatchNormKernel kernel = new BatchNormKernel(gamma, beta, EPSILON);
    kernel.forward(z, y, junk(batch, size));
    assertThat(Values.flat(y.images())).containsExactly(normalised(values), within(1e-12));
    for (int channel = 0; channel < CHANNELS; channel++) {
      assertThat(kernel.mean()[channel]).isCloseTo(mean(values, channel), within(1e-14));
      assertThat(kernel.variance()[channel]).isCloseTo(variance(values, channel), within(1e-14));
    }
  }

  @Test
  void computesTheVarianceOfValuesFarFromZeroInFloat() {
    FeatureMap z =
        FeatureMap.of(
            Values.random(DataType.DOUBLE, 3, 64, 4, 4, CHANNELS)
                .addi(1000)
                .castTo(DataType.FLOAT));
    double expected = variance(Values.flat(z.images()), 0);
    BatchNormKernel kernel =
        new BatchNormKernel(gamma.castTo(DataType.FLOAT), beta.castTo(DataType.FLOAT), EPSILON);
    kernel.forward(
        z,
        Values.junk(DataType.FLOAT, 64, 4, 4, CHANNELS),
        Values.junk(DataType.FLOAT, 64, 4, 4, CHANNELS));
    assertThat(kernel.variance()[0]).isCloseTo(expected, within(1e-4));
  }

  @ParameterizedTest
  @CsvSource({"4, 3", "1, 2", "7, 1"})
  void itsGradientsAreThoseOfFiniteDifferences(int batch, int size) {
    FeatureMap z = map(3, batch, size);
    FeatureMap dy = map(4, batch, size);
    double[] values = Values.flat(z.images());
    double[] weights = Values.flat(dy.images());
    BatchNormKernel kernel = new BatchNormKernel(gamma, beta, EPSILON);
    kernel.trainInto(gammaGradient, betaGradient);
    FeatureMap scratch = junk(batch, size);
    kernel.forward(z, junk(batch, size), scratch);
    FeatureMap dz = junk(batch, size);
    kernel.backward(dy, z, dz, scratch);

    double[] gradient = Values.flat(dz.images());
    for (int index = 0; index < values.length; index++) {
      assertThat(gradient[index]).isCloseTo(slope(values, index, weights), within(1e-6));
    }
    for (int channel = 0; channel < CHANNELS; channel++) {
      assertThat(gammaGradient.getDouble(channel))
          .isCloseTo(slope(gamma, channel, values, weights), within(1e-7));
      assertThat(betaGradient.getDouble(channel))
          .isCloseTo(slope(beta, channel, values, weights), within(1e-7));
    }
  }

  @Test
  void mayPutTheGradientOfItsInputIntoTheInput() {
    FeatureMap z = map(3, 4, 2);
    FeatureMap dy = map(4, 4, 2);
    FeatureMap scratch = junk(4, 2);
    BatchNormKernel kernel = new BatchNormKernel(gamma, beta, EPSILON);
    kernel.trainInto(gammaGradient, betaGradient);
    kernel.forward(z, junk(4, 2), scratch);
    FeatureMap dz = junk(4, 2);
    kernel.backward(dy, z, dz, scratch);
    kernel.backward(dy, z, z, scratch);
    assertThat(Values.flat(z.images())).isEqualTo(Values.flat(dz.images()));
  }

  private double slope(double[] values, int index, double[] weights) {
    double step = 1e-6;
    double[] moved = values.clone();
    moved[index] += step;
    double right = loss(moved, weights);
    moved[index] -= 2 * step;
    return (right - loss(moved, weights)) / (2 * step);
  }

  private double slope(INDArray parameter, int channel, double[] values, double[] weights) {
    double step = 1e-6;
    double before = parameter.getDouble(channel);
    parameter.putScalar(channel, before + step);
    double right = loss(values, weights);
    parameter.putScalar(channel, before - step);
    double left = loss(values, weights);
    parameter.putScalar(channel, before);
    return (right - left) / (2 * step);
  }

  private double loss(double[] values, double[] weights) {
    double[] normalised = normalised(values);
    double loss = 0;
    for (int index = 0; index < weights.length; index++) {
      loss += weights[index] * normalised[index];
    }
    return loss;
  }

  private double[] normalised(double[] values) {
    double[] normalised = new double[values.length];
    for (int index = 0; index < values.length; index++) {
      int channel = index % CHANNELS;
      normalised[index] =
          (values[index] - mean(values, channel))
                  / Math.sqrt(variance(values, channel) + EPSILON)
                  * gamma.getDouble(channel)
              + beta.getDouble(channel);
    }
    return normalised;
  }

  private static double mean(double[] values, int channel) {
    double sum = 0;
    for (int index = channel; index < values.length; index += CHANNELS) {
      sum += values[index];
    }
    return sum * CHANNELS / values.length;
  }

  private static double variance(double[] values, int channel) {
    double mean = mean(values, channel);
    double sum = 0;
    for (int index = channel; index < values.length; index += CHANNELS) {
      sum += Math.pow(values[index] - mean, 2);
    }
    return sum * CHANNELS / values.length;
  }

  private static FeatureMap map(long seed, int batch, int size) {
    return Values.randomMap(DataType.DOUBLE, seed, batch, size, size, CHANNELS);
  }

  private static FeatureMap junk(int batch, int size) {
    return Values.junk(DataType.DOUBLE, batch, size, size, CHANNELS);
  }
}
