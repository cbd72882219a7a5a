package dev.sparkresnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sparkresnet.model.ReferenceNetwork.Mode;
import dev.sparkresnet.model.fast.FastPasses;
import dev.sparkresnet.model.network.Layers;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.network.Stem;
import dev.sparkresnet.model.network.StrideIn;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

class ResNetTest {

  @Test
  void hasTheParametersOfTheSeedNetwork() {
    ComputationGraph network = Networks.create(NetworkSpec.resNet50(32, 10), 1);
    long statistics =
        network.paramTable().entrySet().stream()
            .filter(each -> each.getKey().endsWith("_mean") || each.getKey().endsWith("_var"))
            .mapToLong(each -> each.getValue().length())
            .sum();
    assertThat(statistics).isEqualTo(53_120);
    assertThat(network.numParams() - statistics).isEqualTo(23_528_586);
  }

  @Test
  void stagesHaveTheShapesOfThePaper() {
    NetworkSpec spec = NetworkSpec.resNet50(224, 1000);
    Map<String, InputType> types =
        Networks.create(spec, 1)
            .getConfiguration()
            .getLayerActivationTypes(InputType.convolutional(224, 224, 3));
    assertThat(types.get("conv1_relu").getShape(false)).containsExactly(64, 112, 112);
    assertThat(types.get("pool1_pool").getShape(false)).containsExactly(64, 56, 56);
    assertThat(types.get("conv2_block3_out").getShape(false)).containsExactly(256, 56, 56);
    assertThat(types.get("conv3_block4_out").getShape(false)).containsExactly(512, 28, 28);
    assertThat(types.get("conv4_block6_out").getShape(false)).containsExactly(1024, 14, 14);
    assertThat(types.get("conv5_block3_out").getShape(false)).containsExactly(2048, 7, 7);
    assertThat(types.get("avg_pool").getShape(false)).containsExactly(2048);
    assertThat(types.get("predictions").getShape(false)).containsExactly(1000);
  }

  @Test
  void namesItsVerticesLikeKerasAndKeepsEachBatchNormBehindItsConvolution() {
    ComputationGraph network = Networks.create(Networks.ONE_BLOCK, 1);
    assertThat(network.getConfiguration().getTopologicalOrderStr())
        .containsExactly(
            "input",
            "conv1_conv",
            "conv1_bn",
            "conv1_relu",
            "pool1_pool",
            "conv2_block1_0_conv",
            "conv2_block1_0_bn",
            "conv2_block1_1_conv",
            "conv2_block1_1_bn",
            "conv2_block1_1_relu",
            "conv2_block1_2_conv",
            "conv2_block1_2_bn",
            "conv2_block1_2_relu",
            "conv2_block1_3_conv",
            "conv2_block1_3_bn",
            "conv2_block1_add",
            "conv2_block1_out",
            "avg_pool",
            "predictions");
  }

  @Test
  void initialisesWeightsAsHeEtAl() {
    INDArray weights =
        Networks.create(NetworkSpec.resNet50(32, 10), 1).getParam("conv4_block2_2_conv_W");
    double fanIn = 256 * 3 * 3;
    assertThat(weights.meanNumber().doubleValue()).isCloseTo(0, within(2e-4));
    assertThat(weights.stdNumber().doubleValue()).isCloseTo(Math.sqrt(2 / fanIn), within(1e-4));
  }

  @Test
  void isTheSameNetworkWhicheverLayersComputeIt() {
    ComputationGraph stock = Networks.create(Networks.ONE_BLOCK.withLayers(Layers.STOCK), 1);
    ComputationGraph fast = Networks.create(Networks.ONE_BLOCK.withLayers(Layers.FAST), 1);
    assertThat(fast.getConfiguration()).isEqualTo(stock.getConfiguration());
    assertThat(fast.params()).isEqualTo(stock.params());
  }

  @Test
  void theSeedDecidesTheWeights() {
    ComputationGraph network = Networks.create(Networks.ONE_BLOCK, 1);
    assertThat(Networks.create(Networks.ONE_BLOCK, 1).params()).isEqualTo(network.params());
    assertThat(Networks.create(Networks.ONE_BLOCK, 2).params()).isNotEqualTo(network.params());
  }

  /** Small networks whose strides leave remainders and whose maps shrink to four and one pixels. */
  static Stream<NetworkSpec> smallNetworks() {
    return Stream.of(
        Networks.ONE_BLOCK,
        new NetworkSpec(8, 1, 3, Stem.IMAGENET, StrideIn.SECOND, List.of(1, 1), 2, Layers.FAST),
        new NetworkSpec(13, 3, 3, Stem.IMAGENET, StrideIn.FIRST, List.of(1, 2), 3, Layers.FAST),
        new NetworkSpec(7, 2, 3, Stem.CIFAR, StrideIn.FIRST, List.of(2, 1), 3, Layers.FAST),
        new NetworkSpec(6, 2, 3, Stem.CIFAR, StrideIn.SECOND, List.of(1, 1), 3, Layers.FAST),
        new NetworkSpec(9, 2, 3, Stem.CIFAR, StrideIn.FIRST, List.of(1, 1, 1, 2), 2, Layers.FAST),
        new NetworkSpec(8, 2, 3, Stem.CIFAR, StrideIn.SECOND, List.of(1, 1, 1, 2), 2, Layers.FAST));
  }

  @ParameterizedTest
  @MethodSource("smallNetworks")
  void computesWhatPlainLoopsCompute(NetworkSpec spec) {
    ComputationGraph network = ResNet.create(spec, Networks.OPTIMIZER, 1, DataType.DOUBLE);
    network.initGradientsView();
    Networks.randomize(network, 2);
    INDArray images = Networks.images(spec, 3, 3).castTo(DataType.DOUBLE);
    double[][] inTraining = probabilities(spec, network, Mode.TRAIN, images);
    double[][] inInference = probabilities(spec, network, Mode.INFERENCE, images);
    assertClose(network.outputSingle(true, images), inTraining, "stock layers, train mode");
    assertClose(network.outputSingle(false, images), inInference, "stock layers, inference");
    INDArray fast = new FastPasses(network, spec).forImages(images).forward(images);
    assertClose(Transforms.softmax(fast), inTraining, "fast layers, train mode");
    INDArray folded = InferenceNetwork.of(network, spec).logits(images);
    assertClose(Transforms.softmax(folded), inInference, "folded layers, inference");
  }

  private static double[][] probabilities(
      NetworkSpec spec, ComputationGraph network, Mode mode, INDArray images) {
    double[][] logits =
        new ReferenceNetwork(spec, network, mode).logits(ReferenceNetwork.values(images));
    return Stream.of(logits).map(ResNetTest::softmax).toArray(double[][]::new);
  }

  private static void assertClose(INDArray actual, double[][] expected, String what) {
    double[][] rows = actual.toDoubleMatrix();
    for (int image = 0; image < expected.length; image++) {
      assertThat(rows[image]).as(what).containsExactly(expected[image], within(1e-9));
    }
  }

  private static double[] softmax(double[] logits) {
    double[] probabilities = new double[logits.length];
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    for (int index = 0; index < logits.length; index++) {
      probabilities[index] = Math.exp(logits[index]) / sum;
    }
    return probabilities;
  }
}
