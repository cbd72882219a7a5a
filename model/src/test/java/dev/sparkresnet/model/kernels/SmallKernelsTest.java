package dev.sparkresnet.model.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SmallKernelsTest {

  @Test
  void rectifiesAndLetsGradientsThroughWhereTheOutputIsPositive() {
    FeatureMap y = map(-1, 2, 0, 3);
    FeatureMap dy = map(5, -6, 7, 8);
    Rectifier rectifier = new Rectifier();
    rectifier.forward(y);
    assertThat(Values.flat(y.rows())).containsExactly(0, 2, 0, 3);
    rectifier.backward(dy, y);
    assertThat(Values.flat(dy.rows())).containsExactly(0, -6, 0, 8);
  }

  @Test
  void joinsByAddingAndRectifying() {
    FeatureMap y = map(-1, 2, -5, 3);
    FeatureMap dy = map(5, 6, 7, 8);
    JoinKernel join = new JoinKernel();
    join.forward(y, map(3, -4, 1, 1));
    assertThat(Values.flat(y.rows())).containsExactly(2, 0, 0, 4);
    join.backward(dy, y);
    assertThat(Values.flat(dy.rows())).containsExactly(5, 0, 0, 8);
  }

  @Test
  void subsamplesEverySecondPixelBeginningWithTheFirst() {
    FeatureMap x = FeatureMap.of(Nd4j.arange(9).castTo(DataType.DOUBLE).reshape('c', 1, 3, 3, 1));
    FeatureMap kept = Values.junk(DataType.DOUBLE, 1, 2, 2, 1);
    Subsampling subsampling = new Subsampling(2);
    subsampling.forward(x, kept);
    assertThat(Values.flat(kept.images())).containsExactly(0, 2, 6, 8);

    FeatureMap dx = Values.junk(DataType.DOUBLE, 1, 3, 3, 1);
    subsampling.backward(kept, dx);
    assertThat(Values.flat(dx.images())).containsExactly(0, 0, 2, 0, 0, 0, 6, 0, 8);
    subsampling.addBackward(kept, dx);
    assertThat(Values.flat(dx.images())).containsExactly(0, 0, 4, 0, 0, 0, 12, 0, 16);
  }

  @Test
  void poolsTheLargestValueAndSendsTheGradientBackToIt() {
    INDArray image = Nd4j.createFromArray(-1.0, -9, -9, -9, -9, -9, -9, -9, -2);
    FeatureMap x = FeatureMap.of(image.reshape('c', 1, 3, 3, 1));
    FeatureMap y = Values.junk(DataType.DOUBLE, 1, 2, 2, 1);
    MaxPoolKernel pool = new MaxPoolKernel(3, 2, 1);
    pool.forward(x, y);
    assertThat(Values.flat(y.images())).containsExactly(-1, -9, -9, -2);

    FeatureMap dx = Values.junk(DataType.DOUBLE, 1, 3, 3, 1);
    pool.backward(x, map(1, 0, 0, 4), dx);
    assertThat(Values.flat(dx.images())).containsExactly(1, 0, 0, 0, 0, 0, 0, 0, 4);
  }

  @Test
  void addsABiasAndSumsItsGradient() {
    FeatureMap z = FeatureMap.of(Nd4j.createFromArray(1.0, 2, 3, 4).reshape('c', 2, 1, 1, 2));
    INDArray gradient = Nd4j.createFromArray(Double.NaN, Double.NaN);
    BiasKernel bias = new BiasKernel(Nd4j.createFromArray(10.0, 20));
    bias.trainInto(gradient);
    bias.backward(z);
    assertThat(gradient.toDoubleVector()).containsExactly(4, 6);
    bias.forward(z);
    assertThat(Values.flat(z.rows())).containsExactly(11, 22, 13, 24);
  }

  @Test
  void foldsABatchNormWithRunningStatisticsIntoItsConvolution() {
    FoldKernel fold =
        new FoldKernel(
            Nd4j.createFromArray(5.0, 7.0).reshape('c', 2, 1, 1, 1),
            Optional.of(Nd4j.createFromArray(0.5, 0.25)),
            new FoldKernel.Statistics(
                Nd4j.createFromArray(2.0, 3.0),
                Nd4j.createFromArray(10.0, 20.0),
                Nd4j.createFromArray(0.1, 0.2),
                Nd4j.createFromArray(4.0, 9.0)),
            1e-5);
    fold.run();
    double first = 2 / Math.sqrt(4 + 1e-5);
    double second = 3 / Math.sqrt(9 + 1e-5);
    assertThat(Values.flat(fold.weights()))
        .containsExactly(new double[] {5 * first, 7 * second}, within(1e-14));
    assertThat(Values.flat(fold.bias()))
        .containsExactly(
            new double[] {10 + (0.5 - 0.1) * first, 20 + (0.25 - 0.2) * second}, within(1e-14));
  }

  // Weights 1, learning rate 0.1, decay 0.5, momentum 0.9, gradient 2 times the learning rate.
  @Test
  void momentumFollowsItsFormula() {
    INDArray gradient = Nd4j.createFromArray(0.2);
    INDArray velocity = Nd4j.createFromArray(-1.0);
    MomentumKernel momentum =
        new MomentumKernel(Nd4j.createFromArray(1.0), gradient, velocity, 0.9);
    momentum.decay(0.1 * 0.5);
    momentum.step();
    assertThat(velocity.getDouble(0)).isCloseTo(0.9 * -1 - 0.25, within(1e-12));
    assertThat(gradient.getDouble(0)).isCloseTo(0.25 - 0.9 * -1.15, within(1e-12));
  }

  @Test
  void theHeadsGradientsAreThoseOfFiniteDifferences() {
    INDArray weights = Values.random(DataType.DOUBLE, 1, 3, 4).dup('f');
    INDArray bias = Values.random(DataType.DOUBLE, 2, 4);
    INDArray labels = Nd4j.create(new double[][] {{0, 1, 0, 0}, {0, 0, 0, 1}});
    FeatureMap x = Values.randomMap(DataType.DOUBLE, 3, 2, 2, 2, 3);
    FeatureMap dx = Values.junk(DataType.DOUBLE, 2, 2, 2, 3);
    INDArray weightGradient = Nd4j.create(DataType.DOUBLE, new long[] {3, 4}, 'f');
    INDArray biasGradient = Nd4j.create(DataType.DOUBLE, 4);
    BiasKernel biasKernel = new BiasKernel(bias);
    biasKernel.trainInto(biasGradient);
    HeadKernel head = new HeadKernel(weights, biasKernel, x);
    head.trainInto(weightGradient, dx);
    head.forward();
    head.backward(labels, 0.5);

    assertSlopes(head, labels, x.images(), dx.images());
    assertSlopes(head, labels, weights, weightGradient);
    assertSlopes(head, labels, bias, biasGradient);
  }

  private static void assertSlopes(
      HeadKernel head, INDArray labels, INDArray values, INDArray gradient) {
    double step = 1e-6;
    for (long index = 0; index < values.length(); index++) {
      double before = values.getDouble(index);
      values.putScalar(index, before + step);
      double right = loss(head.forward(), labels);
      values.putScalar(index, before - step);
      double left = loss(head.forward(), labels);
      values.putScalar(index, before);
      assertThat(gradient.getDouble(index))
          .isCloseTo(0.5 * (right - left) / (2 * step), within(1e-8));
    }
  }

  private static double loss(INDArray logits, INDArray labels) {
    double loss = 0;
    for (int image = 0; image < logits.size(0); image++) {
      double exponentials = 0;
      for (int label = 0; label < logits.size(1); label++) {
        exponentials += Math.exp(logits.getDouble(image, label));
      }
      for (int label = 0; label < logits.size(1); label++) {
        loss +=
            labels.getDouble(image, label)
                * (Math.log(exponentials) - logits.getDouble(image, label));
      }
    }
    return loss;
  }

  private static FeatureMap map(double... values) {
    return FeatureMap.of(Nd4j.createFromArray(values).reshape('c', 1, 2, 2, 1));
  }
}
