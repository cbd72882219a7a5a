package dev.sparkresnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Fast networks against stock ones. */
class FastLayersTest {

  /** Strides that leave remainders, feature maps of four pixels and of one, both stride options. */
  static Stream<NetworkSpec> networks() {
    return Stream.of(
        Networks.ONE_BLOCK,
        spec(13, Stem.IMAGENET, StrideIn.FIRST, 1, 2),
        spec(13, Stem.IMAGENET, StrideIn.SECOND, 1, 2),
        spec(32, Stem.IMAGENET, StrideIn.FIRST, 1, 2, 1, 2),
        spec(9, Stem.CIFAR, StrideIn.FIRST, 1, 2, 1, 1),
        spec(8, Stem.CIFAR, StrideIn.SECOND, 1, 1, 1, 2));
  }

  private static NetworkSpec spec(int size, Stem stem, StrideIn strideIn, Integer... blocks) {
    return new NetworkSpec(size, 3, 5, stem, strideIn, List.of(blocks), 8, Layers.STOCK);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void haveTheParametersOfStockLayersInTheSameOrder(NetworkSpec spec) {
    ComputationGraph stock = Networks.create(spec, 1);
    ComputationGraph fast = Networks.create(spec.withLayers(Layers.FAST), 1);
    assertThat(shapes(fast)).containsExactlyElementsOf(shapes(stock));
    assertThat(fast.params()).isEqualTo(stock.params());
  }

  private static List<String> shapes(ComputationGraph network) {
    List<String> shapes = new ArrayList<>();
    for (String vertex : network.getConfiguration().getTopologicalOrderStr()) {
      if (network.getVertex(vertex).hasLayer()) {
        network
            .getLayer(vertex)
            .paramTable()
            .forEach(
                (name, parameter) ->
                    shapes.add(vertex + "_" + name + " " + parameter.shapeInfoToString()));
      }
    }
    return shapes.stream().map(each -> each.replaceAll("Offset.*?,", "")).toList();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void giveTheOutputsOfStockLayersForTheirParametersAndBack(NetworkSpec spec) {
    INDArray images = Networks.images(spec, 4, 3);
    ComputationGraph stock = Networks.create(spec, 1);
    ComputationGraph fast = Networks.create(spec.withLayers(Layers.FAST), 2);
    Networks.randomize(stock, 4);
    fast.setParams(stock.params());
    assertClose(fast.outputSingle(images), stock.outputSingle(images), 1e-5);
    Networks.randomize(fast, 5);
    stock.setParams(fast.params());
    assertClose(stock.outputSingle(images), fast.outputSingle(images), 1e-5);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void haveTheGradientsOfStockLayersInDl4jsLoopAndInATrainingStep(NetworkSpec spec) {
    for (int batch : new int[] {1, 6}) {
      ComputationGraph stock = create(spec, Layers.STOCK);
      ComputationGraph fast = create(spec, Layers.FAST);
      INDArray images = Networks.images(spec, batch, 3).castTo(DataType.DOUBLE);
      INDArray labels = Networks.labels(spec, batch, 4).castTo(DataType.DOUBLE);
      assertClose(dl4jGradient(fast, images, labels), dl4jGradient(stock, images, labels), 1e-9);
      assertClose(update(fast, images, labels), update(stock, images, labels), 1e-9);
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void roundLikeStockLayersInFloat(NetworkSpec spec) {
    INDArray images = Networks.images(spec, 16, 3);
    INDArray labels = Networks.labels(spec, 16, 4);
    INDArray stock = update(Networks.create(spec, 1), images, labels);
    INDArray fast = update(Networks.create(spec.withLayers(Layers.FAST), 1), images, labels);
    assertThat(fast.distance2(stock) / stock.norm2Number().doubleValue()).isLessThan(1e-4);
  }

  /** Every kind of kernel, away from the kinks of ReLU and pooling by far more than the step. */
  @ParameterizedTest
  @MethodSource("networks")
  void haveTheGradientsOfFiniteDifferences(NetworkSpec spec) {
    ComputationGraph network = create(spec, Layers.FAST);
    Networks.randomize(network, 7);
    OptimizerSpec plain = new OptimizerSpec(1, 0, 0, new LearningRateSchedule.StepDecay(7, 0.1));
    TrainingStep step = new TrainingStep(network, plain);
    INDArray images = Networks.images(spec, 5, 3).castTo(DataType.DOUBLE);
    INDArray labels = Networks.labels(spec, 5, 4).castTo(DataType.DOUBLE);
    step.compute(images, labels, 1);
    INDArray gradient = step.update().dup();
    INDArray parameters = network.params();
    double tolerance = 1e-7 * Math.max(1, gradient.amaxNumber().doubleValue());
    for (ParameterRange range : ParameterRange.of(network)) {
      if (range.treatment() != ParameterRange.Treatment.FIXED) {
        for (long index : new long[] {range.start(), range.end() - 1}) {
          double slope = slope(parameters, index, () -> step.compute(images, labels, 1)) / 5;
          assertThat(gradient.getDouble(index)).isCloseTo(slope, within(tolerance));
        }
      }
    }
  }

  private static double slope(INDArray parameters, long index, Supplier<StepMetrics> loss) {
    double distance = 1e-6;
    double value = parameters.getDouble(index);
    parameters.putScalar(index, value + distance);
    double right = loss.get().lossSum();
    parameters.putScalar(index, value - distance);
    double left = loss.get().lossSum();
    parameters.putScalar(index, value);
    return (right - left) / (2 * distance);
  }

  /**
   * At the learning rate of the quick start. At four times that rate the losses part by up to 1e-2
   * after seven steps, depending on the images, as rounding differences grow tenfold in a step.
   */
  @Test
  void followStockTrainingOfResNet50InFloat() {
    NetworkSpec spec = NetworkSpec.resNet50(32, 10);
    ComputationGraph stockNetwork = Networks.create(spec.withLayers(Layers.STOCK), 1);
    ComputationGraph fastNetwork = Networks.create(spec, 1);
    TrainingStep stock = step(stockNetwork);
    TrainingStep fast = step(fastNetwork);
    for (int step = 0; step < 10; step++) {
      INDArray images = Networks.images(spec, 16, 100 + step);
      INDArray labels = Networks.labels(spec, 16, 100 + step);
      double expected = stock.compute(images, labels, 0.005).lossSum() / 16;
      double actual = fast.compute(images, labels, 0.005).lossSum() / 16;
      assertThat(actual).as("step %d", step).isCloseTo(expected, within(1e-3));
      stock.apply();
      fast.apply();
    }
    fast.close();
    stockNetwork.close();
    fastNetwork.close();
  }

  /**
   * In double and in small steps: training diverges so fast from rounding differences that in float
   * stock layers do not follow themselves when one weight changes by its last bit.
   */
  @Test
  void followStockTrainingThroughTheDepthOfResNet50() {
    NetworkSpec spec = NetworkSpec.resNet50(64, 10).withWidth(4);
    TrainingStep stock = step(create(spec, Layers.STOCK));
    TrainingStep fast = step(create(spec, Layers.FAST));
    for (int step = 0; step < 10; step++) {
      INDArray images = Networks.images(spec, 8, step).castTo(DataType.DOUBLE);
      INDArray labels = Networks.labels(spec, 8, step).castTo(DataType.DOUBLE);
      double expected = stock.compute(images, labels, 1e-4).lossSum();
      double actual = fast.compute(images, labels, 1e-4).lossSum();
      assertThat(actual).as("step %d", step).isCloseTo(expected, within(1e-6));
      stock.apply();
      fast.apply();
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void foldBatchNormIntoConvolutionsForInference(NetworkSpec spec) {
    ComputationGraph stock = Networks.create(spec, 1);
    Networks.randomize(stock, 2);
    InferenceNetwork folded = InferenceNetwork.of(stock, spec.inputSize());
    for (int batch : new int[] {3, 1, 5}) {
      assertEvaluatesAlike(spec, folded, stock, batch);
    }
    Networks.randomize(stock, 6);
    folded.refresh();
    assertEvaluatesAlike(spec, folded, stock, 4);
    folded.close();
    assertEvaluatesAlike(spec, folded, stock, 4);
  }

  private static void assertEvaluatesAlike(
      NetworkSpec spec, InferenceNetwork folded, ComputationGraph network, int batch) {
    INDArray images = Networks.images(spec, batch, 3);
    INDArray labels = Networks.labels(spec, batch, 4);
    EvaluationMetrics expected = Evaluation.evaluate(network, images, labels);
    EvaluationMetrics actual = folded.evaluate(images, labels);
    assertThat(actual.lossSum()).isCloseTo(expected.lossSum(), withinPercentage(0.01));
    assertThat(actual.correct()).isEqualTo(expected.correct());
  }

  @Test
  void aSnapshotDoesNotFollowTheNetworkByItself() {
    NetworkSpec spec = Networks.ONE_BLOCK.withLayers(Layers.FAST);
    INDArray images = Networks.images(spec, 2, 3);
    ComputationGraph network = Networks.create(spec, 1);
    InferenceNetwork snapshot = InferenceNetwork.of(network, spec.inputSize());
    INDArray before = snapshot.logits(images).dup();
    Networks.randomize(network, 2);
    assertThat(snapshot.logits(images)).isEqualTo(before);
    snapshot.refresh();
    assertThat(snapshot.logits(images)).isNotEqualTo(before);
  }

  @Test
  void areRestoredFromACheckpoint(@TempDir Path directory) throws IOException {
    NetworkSpec spec = Networks.ONE_BLOCK.withLayers(Layers.FAST);
    ComputationGraph network = Networks.create(spec, 1);
    network.fit(new DataSet(Networks.images(spec, 4, 2), Networks.labels(spec, 4, 3)));
    File file = directory.resolve("network.zip").toFile();
    ModelSerializer.writeModel(network, file, true);
    ComputationGraph restored = ModelSerializer.restoreComputationGraph(file, true);
    assertThat(restored.getConfiguration()).isEqualTo(network.getConfiguration());
    INDArray images = Networks.images(spec, 4, 4);
    assertThat(restored.outputSingle(images)).isEqualTo(network.outputSingle(images));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DOUBLE | 2,2,9,9 | found DOUBLE of shape [2, 9, 9, 2]
          FLOAT  | 2,3,9,9 | found FLOAT of shape [2, 9, 9, 3]
          DOUBLE | 2,3,9,8 | found DOUBLE of shape [2, 9, 8, 3]
          DOUBLE | 2,243   | found DOUBLE of shape [2, 243]
          """)
  void sayWhichLayerGotWhatInDl4jsLoop(DataType type, String shape, String found) {
    ComputationGraph network = create(Networks.ONE_BLOCK, Layers.FAST);
    assertThatThrownBy(() -> network.output(zeros(type, shape)))
        .hasMessage(
            "Cannot run layer conv1_conv: expected DOUBLE of shape [n, size, size, 3], " + found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DOUBLE | 2,2,9,9 | found DOUBLE and shape [2, 2, 9, 9]
          FLOAT  | 2,3,9,9 | found FLOAT and shape [2, 3, 9, 9]
          DOUBLE | 2,3,9,8 | found DOUBLE and shape [2, 3, 9, 8]
          DOUBLE | 2,243   | found DOUBLE and shape [2, 243]
          """)
  void sayWhatTheyGotOutsideOfIt(DataType type, String shape, String found) {
    ComputationGraph network = create(Networks.ONE_BLOCK, Layers.FAST);
    INDArray images = zeros(type, shape);
    assertThatThrownBy(() -> step(network).compute(images, Nd4j.create(type, 2, 4), 1))
        .hasMessage(
            "Cannot train network: expected images of DOUBLE and shape [n, 3, size, size], "
                + found);
    assertThatThrownBy(() -> BatchNormMoments.measure(network, images))
        .hasMessage(
            "Cannot measure batch norm: expected images of DOUBLE and shape [n, 3, size, size], "
                + found);
    assertThatThrownBy(() -> InferenceNetwork.of(network, 9).logits(images))
        .hasMessage(
            "Cannot run network: expected images of DOUBLE and shape [n, 3, 9, 9], " + found);
  }

  private static INDArray zeros(DataType type, String shape) {
    return Nd4j.zeros(type, Stream.of(shape.split(",")).mapToLong(Long::parseLong).toArray());
  }

  private static ComputationGraph create(NetworkSpec spec, Layers layers) {
    return ResNet.create(spec.withLayers(layers), Networks.OPTIMIZER, 1, DataType.DOUBLE);
  }

  private static TrainingStep step(ComputationGraph network) {
    return new TrainingStep(network, Networks.OPTIMIZER);
  }

  private static INDArray dl4jGradient(ComputationGraph network, INDArray images, INDArray labels) {
    network.setInputs(images);
    network.setLabels(labels);
    network.computeGradientAndScore();
    INDArray gradient = network.getGradientsViewArray().dup();
    return trainable(network, gradient.reshape(gradient.length()));
  }

  private static INDArray update(ComputationGraph network, INDArray images, INDArray labels) {
    TrainingStep step = step(network);
    step.compute(images, labels, 1);
    return trainable(network, step.update().dup());
  }

  /** Sets to zero what belongs to batch-norm statistics, which DL4J moves along the way. */
  private static INDArray trainable(ComputationGraph network, INDArray flat) {
    INDArray vector = flat.reshape(flat.length());
    for (ParameterRange range : ParameterRange.of(network)) {
      if (range.treatment() == ParameterRange.Treatment.FIXED) {
        vector.get(NDArrayIndex.interval(range.start(), range.end())).assign(0);
      }
    }
    return vector;
  }

  /** Relative to the largest expected value. */
  private static void assertClose(INDArray actual, INDArray expected, double relative) {
    double tolerance = relative * expected.amaxNumber().doubleValue();
    assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThan(tolerance);
  }
}
