package dev.sparkresnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sparkresnet.model.ReferenceNetwork.Mode;
import dev.sparkresnet.model.network.Layers;
import dev.sparkresnet.model.network.NetworkSpec;
import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

@ParameterizedClass
@EnumSource(Layers.class)
class TrainingStepTest {
  private final NetworkSpec spec;
  private final INDArray images;
  private final INDArray labels;
  private final ComputationGraph network;

  TrainingStepTest(Layers layers) {
    this.spec = Networks.ONE_BLOCK.withLayers(layers);
    this.images = Networks.images(spec, 6, 1);
    this.labels = Networks.labels(spec, 6, 2);
    this.network = Networks.create(spec, 3);
  }

  @Test
  void learnsOneBatchByHeart() {
    TrainingStep step = new TrainingStep(network, spec, Networks.OPTIMIZER);
    StepMetrics metrics = train(step, 60, 0.02);
    assertThat(metrics.examples()).isEqualTo(6);
    assertThat(metrics.correct()).isEqualTo(6);
    assertThat(metrics.lossSum() / 6).isLessThan(0.05);
  }

  @Test
  void countsTheLossOfTheBatchBeforeTheUpdateWithoutWeightDecay() {
    ReferenceNetwork reference = new ReferenceNetwork(spec, network, Mode.TRAIN);
    double[][] logits = reference.logits(ReferenceNetwork.values(images));
    CrossEntropy expected = CrossEntropy.ofLogits(logits, labels.toDoubleMatrix());
    StepMetrics metrics =
        new TrainingStep(network, spec, Networks.OPTIMIZER).compute(images, labels, 0.02);
    assertThat(metrics.lossSum()).isCloseTo(expected.lossSum(), within(1e-5));
    assertThat(metrics.correct()).isEqualTo(expected.correct());
  }

  @Test
  void doesNotChangeTheParametersUntilTheUpdateIsApplied() {
    INDArray before = network.params().dup();
    TrainingStep step = new TrainingStep(network, spec, Networks.OPTIMIZER);
    step.compute(images, labels, 0.02);
    assertThat(values(network.params())).isEqualTo(values(before));
    step.apply();
    assertThat(values(network.params())).isEqualTo(values(before.sub(step.update())));
  }

  @Test
  void followsDl4jsOwnTrainingButForTheBatchNormStatistics() {
    float tolerance =
        switch (spec.layers()) {
          case FAST -> 1e-5f;
          case STOCK -> 0;
        };
    ComputationGraph plain = Networks.create(Networks.ONE_BLOCK, 3);
    TrainingStep step = new TrainingStep(network, spec, Networks.OPTIMIZER);
    for (int each = 0; each < 3; each++) {
      plain.fit(new DataSet(images, labels));
    }
    train(step, 3, 0.02);
    assertThat(values(step.velocity()))
        .containsExactly(values(plain.getUpdater().getStateViewArray()), within(tolerance));
    network
        .paramTable()
        .forEach(
            (name, parameter) -> {
              if (!name.endsWith("_mean") && !name.endsWith("_var")) {
                assertThat(values(parameter))
                    .as(name)
                    .containsExactly(values(plain.getParam(name)), within(tolerance));
              }
            });
  }

  @Test
  void neverMovesTheBatchNormStatistics() {
    TrainingStep step = new TrainingStep(network, spec, Networks.OPTIMIZER);
    train(step, 2, 0.02);
    assertThat(network.getParam("conv1_bn_mean").amaxNumber().doubleValue()).isZero();
    assertThat(network.getParam("conv1_bn_var").sub(1).amaxNumber().doubleValue()).isZero();
  }

  @Test
  void continuesBitByBitFromASavedNetworkAtAnotherLearningRate(@TempDir Path directory)
      throws IOException {
    TrainingStep step = new TrainingStep(network, spec, Networks.OPTIMIZER);
    train(step, 1, 0.02);
    Path file = directory.resolve("network.zip");
    ModelSerializer.writeModel(network, file.toFile(), true);
    train(step, 1, 0.005);

    ComputationGraph restored = ModelSerializer.restoreComputationGraph(file.toFile(), true);
    TrainingStep resumed = new TrainingStep(restored, spec, Networks.OPTIMIZER);
    train(resumed, 1, 0.005);
    assertThat(values(restored.params())).isEqualTo(values(network.params()));
    assertThat(values(resumed.velocity())).isEqualTo(values(step.velocity()));
  }

  @Test
  void aNewLearningRateScalesNewGradientsButNotTheOldVelocity() {
    ComputationGraph twin = Networks.create(spec, 3);
    TrainingStep step = new TrainingStep(network, spec, Networks.OPTIMIZER);
    TrainingStep slower = new TrainingStep(twin, spec, Networks.OPTIMIZER);
    step.compute(images, labels, 0.02);
    slower.compute(images, labels, 0.02);
    INDArray old = step.velocity().dup();
    step.compute(images, labels, 0.02);
    slower.compute(images, labels, 0.002);
    INDArray moved = step.velocity().sub(old.mul(0.9));
    INDArray movedSlower = slower.velocity().sub(old.mul(0.9));
    assertThat(movedSlower.mul(10).distance2(moved) / moved.norm2Number().doubleValue())
        .isLessThan(1e-5);
  }

  @Test
  void reportsALossThatIsNotANumber() {
    images.putScalar(0, Double.NaN);
    StepMetrics metrics =
        new TrainingStep(network, spec, Networks.OPTIMIZER).compute(images, labels, 0.02);
    assertThat(metrics.lossSum()).isNaN();
  }

  @Test
  void takesMinibatchesOfAnySizeInTurn() {
    TrainingStep step = new TrainingStep(network, spec, Networks.OPTIMIZER);
    double first = step.compute(images, labels, 0).lossSum();
    for (int size : new int[] {1, 9, 2, 6}) {
      INDArray others = Networks.images(spec, size, 4);
      StepMetrics metrics = step.compute(others, Networks.labels(spec, size, 5), 0);
      assertThat(metrics.examples()).isEqualTo(size);
    }
    assertThat(step.compute(images, labels, 0).lossSum()).isEqualTo(first);
  }

  @Test
  void rejectsArraysThatDoNotFit() {
    TrainingStep step = new TrainingStep(network, spec, Networks.OPTIMIZER);
    assertThatThrownBy(() -> step.compute(images.permute(0, 2, 3, 1), labels, 0.02))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot train network: expected images of FLOAT and shape [n, 3, 9, 9],"
                + " found FLOAT and shape [6, 9, 9, 3]");
    assertThatThrownBy(() -> step.compute(images, labels.castTo(DataType.DOUBLE), 0.02))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot train network: expected labels of FLOAT and shape [6, 4],"
                + " found DOUBLE and shape [6, 4]");
  }

  private StepMetrics train(TrainingStep step, int steps, double learningRate) {
    StepMetrics metrics = null;
    for (int each = 0; each < steps; each++) {
      metrics = step.compute(images, labels, learningRate);
      step.apply();
    }
    return metrics;
  }

  /** The bits, where {@code INDArray.equals} would allow for rounding. */
  private static float[] values(INDArray array) {
    return array.reshape(array.length()).toFloatVector();
  }
}
