package dev.sparkresnet.model.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.MaxPoolKernel;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Output and every gradient of each layer against DL4J's own, in float, to 1e-4 of the largest. */
class EachLayerTest {
  private static final double TOLERANCE = 1e-4;
  private static final double EPSILON = 1e-5;
  private static final double DECAY = 0.9;
  private static final LayerWorkspaceMgr NOWHERE = LayerWorkspaceMgr.noWorkspaces();

  @ParameterizedTest
  @CsvSource({
    // batch, size, in, out, kernel, stride, padding
    "1, 1, 3, 5, 1, 1, 0",
    "6, 2, 16, 8, 1, 1, 0",
    "5, 7, 8, 16, 1, 1, 0",
    "1, 2, 3, 5, 1, 2, 0",
    "3, 1, 4, 8, 1, 2, 0",
    "4, 7, 8, 6, 1, 2, 0",
    "4, 8, 8, 16, 1, 2, 0",
    "1, 1, 8, 8, 3, 1, 1",
    "6, 1, 16, 16, 3, 1, 1",
    "1, 2, 8, 8, 3, 1, 1",
    "7, 2, 16, 16, 3, 1, 1",
    "2, 3, 3, 4, 3, 1, 1",
    "3, 4, 16, 16, 3, 1, 1",
    "1, 9, 5, 3, 3, 1, 1",
    "3, 1, 3, 5, 3, 2, 1",
    "5, 2, 6, 4, 3, 2, 1",
    "2, 5, 3, 4, 3, 2, 1",
    "3, 8, 4, 4, 3, 2, 1",
  })
  void convolution(int batch, int size, int in, int out, int kernel, int stride, int padding) {
    ConvolutionLayer.Builder shape = shape(out, kernel, stride, padding);
    ComputationGraph stock = alone(shape.build(), size, in, CNN2DFormat.NCHW);
    FastConvolution configuration = new FastConvolution(shape, ConvolutionInput.FEATURES);
    ComputationGraph fast = alone(configuration, size, in, CNN2DFormat.NHWC);
    fast.setParams(stock.params());
    assertAlike(fast, stock, random(1, batch, in, size, size));
  }

  @ParameterizedTest
  @CsvSource({"1, 8, 3, 5, 7, 2, 3", "4, 9, 3, 4, 7, 2, 3", "3, 5, 1, 4, 3, 1, 1"})
  void convolutionOfImages(
      int batch, int size, int in, int out, int kernel, int stride, int padding) {
    ConvolutionLayer.Builder shape = shape(out, kernel, stride, padding).hasBias(true);
    ComputationGraph stock = alone(shape.build(), size, in, CNN2DFormat.NCHW);
    FastConvolution configuration = new FastConvolution(shape, ConvolutionInput.IMAGES);
    ComputationGraph fast = alone(configuration, size, in, CNN2DFormat.NHWC);
    fast.setParams(stock.params());
    INDArray images = random(1, batch, in, size, size);
    INDArray expected = run(stock, images);
    assertClose(channelsFirst(run(fast, channelsLast(images))), expected);
    INDArray gradient = random(2, expected.shape());
    backward(stock, gradient);
    assertThat(backward(fast, channelsLast(gradient))).isNull();
    assertClose(fast.getGradientsViewArray(), stock.getGradientsViewArray());
  }

  private static ConvolutionLayer.Builder shape(int out, int kernel, int stride, int padding) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .stride(stride, stride)
        .padding(padding, padding)
        .nOut(out)
        .hasBias(false)
        .activation(Activation.IDENTITY);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 4", "1, 2, 3", "6, 1, 8", "7, 2, 8", "4, 9, 3", "16, 4, 16"})
  void batchNorm(int batch, int size, int channels) {
    ComputationGraph stock =
        alone(
            new BatchNormalization.Builder().eps(EPSILON).decay(DECAY).useLogStd(false).build(),
            size,
            channels,
            CNN2DFormat.NCHW);
    FastBatchNorm configuration = new FastBatchNorm(EPSILON, DECAY, Activation.IDENTITY);
    ComputationGraph fast = alone(configuration, size, channels, CNN2DFormat.NHWC);
    giveParameters(stock, fast);
    assertAlike(fast, stock, random(1, batch, channels, size, size));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 4", "1, 2, 3", "6, 1, 8", "7, 2, 8", "4, 9, 3", "16, 4, 16"})
  void batchNormAndReluInInferenceMode(int batch, int size, int channels) {
    GraphBuilder stockGraph = graph("input");
    stockGraph.addLayer(
        "norm",
        new BatchNormalization.Builder().eps(EPSILON).decay(DECAY).useLogStd(false).build(),
        "input");
    stockGraph.addLayer("layer", new ActivationLayer(Activation.RELU), "norm");
    ComputationGraph stock = initialised(stockGraph, size, channels, CNN2DFormat.NCHW);
    FastBatchNorm configuration = new FastBatchNorm(EPSILON, DECAY, Activation.RELU);
    ComputationGraph fast = alone(configuration, size, channels, CNN2DFormat.NHWC);
    giveParameters(stock, fast);
    INDArray x = random(1, batch, channels, size, size);
    assertClose(
        channelsFirst(fast.outputSingle(false, channelsLast(x))), stock.outputSingle(false, x));
  }

  /** The running variance, which comes last, has to be positive. */
  private static void giveParameters(ComputationGraph stock, ComputationGraph fast) {
    stock.params().assign(random(5, stock.params().shape()).addi(1.5));
    fast.setParams(stock.params());
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 4", "1, 2, 3", "6, 1, 8", "7, 2, 8", "4, 9, 3"})
  void residualJoin(int batch, int size, int channels) {
    GraphBuilder fastGraph = graph("shortcut", "residual");
    fastGraph.addVertex("layer", new ResidualJoin(), "shortcut", "residual");
    GraphVertex fast = vertex(fastGraph, size, channels, CNN2DFormat.NHWC, "layer");
    GraphBuilder stockGraph = graph("shortcut", "residual");
    ElementWiseVertex sum = new ElementWiseVertex(ElementWiseVertex.Op.Add);
    stockGraph.addVertex("add", sum, "shortcut", "residual");
    stockGraph.addLayer("layer", new ActivationLayer(Activation.RELU), "add");
    ComputationGraph stock = initialised(stockGraph, size, channels, CNN2DFormat.NCHW);

    INDArray shortcut = random(1, batch, channels, size, size);
    INDArray residual = random(2, batch, channels, size, size);
    fast.setInputs(channelsLast(shortcut), channelsLast(residual));
    INDArray expected = stock.outputSingle(true, shortcut, residual);
    assertClose(channelsFirst(fast.doForward(true, NOWHERE)), expected);

    INDArray gradient = random(3, expected.shape());
    fast.setEpsilon(channelsLast(gradient));
    Layer relu = stock.getLayer("layer");
    relu.setInput(shortcut.add(residual), NOWHERE);
    INDArray expectedGradient = relu.backpropGradient(gradient.dup(), NOWHERE).getSecond();
    for (INDArray ofInput : fast.doBackward(false, NOWHERE).getSecond()) {
      assertClose(channelsFirst(ofInput), expectedGradient);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 4", "1, 2, 3", "6, 3, 8", "7, 4, 8", "4, 9, 3", "5, 16, 4"})
  void stemPooling(int batch, int size, int channels) {
    SubsamplingLayer configuration =
        new SubsamplingLayer.Builder(PoolingType.MAX)
            .kernelSize(3, 3)
            .stride(2, 2)
            .padding(1, 1)
            .build();
    ComputationGraph stock = alone(configuration, size, channels, CNN2DFormat.NCHW);
    INDArray x = random(1, batch, channels, size, size);
    INDArray expected = run(stock, x);
    FeatureMap fastX = FeatureMap.of(channelsLast(x));
    FeatureMap fastY = FeatureMap.of(channelsLast(expected).like());
    MaxPoolKernel pool = new MaxPoolKernel(3, 2, 1);
    pool.forward(fastX, fastY);
    assertClose(channelsFirst(fastY.images()), expected);

    INDArray gradient = random(2, expected.shape());
    FeatureMap fastGradient = FeatureMap.of(fastX.images().like());
    pool.backward(fastX, FeatureMap.of(channelsLast(gradient)), fastGradient);
    assertClose(channelsFirst(fastGradient.images()), backward(stock, gradient));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          FLOAT  | 2,5,5,4 | expected FLOAT of shape [n, size, size, 3], found FLOAT of shape [2, 5, 5, 4]
          FLOAT  | 2,5,4,3 | expected FLOAT of shape [n, size, size, 3], found FLOAT of shape [2, 5, 4, 3]
          FLOAT  | 2,3     | expected FLOAT of shape [n, size, size, 3], found FLOAT of shape [2, 3]
          DOUBLE | 2,5,5,3 | expected FLOAT of shape [n, size, size, 3], found DOUBLE of shape [2, 5, 5, 3]
          """)
  void everyLayerSaysWhatItGotAndWanted(DataType type, String shape, String message) {
    long[] sizes = Stream.of(shape.split(",")).mapToLong(Long::parseLong).toArray();
    INDArray x = Nd4j.create(type, sizes);
    FastConvolution convolution = new FastConvolution(shape(4, 3, 1, 1), ConvolutionInput.FEATURES);
    FastBatchNorm batchNorm = new FastBatchNorm(EPSILON, DECAY, Activation.RELU);
    for (FeedForwardLayer each : List.of(convolution, batchNorm)) {
      ComputationGraph network = alone(each, 5, 3, CNN2DFormat.NHWC);
      assertThatThrownBy(() -> run(network, x))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Cannot run layer layer: " + message);
    }
  }

  @ParameterizedTest
  @CsvSource({"FLOAT, 4", "DOUBLE, 3"})
  void aJoinSaysWhatItGotAndWanted(DataType type, long channels) {
    GraphBuilder graph = graph("shortcut", "residual");
    graph.addVertex("layer", new ResidualJoin(), "shortcut", "residual");
    GraphVertex join = vertex(graph, 5, 3, CNN2DFormat.NHWC, "layer");
    join.setInputs(Nd4j.create(DataType.FLOAT, 2, 5, 5, 3), Nd4j.create(type, 2, 5, 5, channels));
    assertThatThrownBy(() -> join.doForward(true, NOWHERE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot run layer layer: expected FLOAT of the shortcut's shape [2, 5, 5, 3],"
                + " found %s of shape [2, 5, 5, %d]",
            type, channels);
  }

  private static GraphBuilder graph(String... inputs) {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .dataType(DataType.FLOAT)
        .convolutionMode(ConvolutionMode.Truncate)
        .graphBuilder()
        .addInputs(inputs)
        .setOutputs("layer")
        .validateOutputLayerConfig(false);
  }

  private static ComputationGraph initialised(
      GraphBuilder graph, int size, int channels, CNN2DFormat format) {
    InputType[] types = new InputType[graph.getNetworkInputs().size()];
    Arrays.fill(types, InputType.convolutional(size, size, channels, format));
    ComputationGraph network = new ComputationGraph(graph.setInputTypes(types).build());
    network.init();
    network.initGradientsView();
    return network;
  }

  private static ComputationGraph alone(
      org.deeplearning4j.nn.conf.layers.Layer layer, int size, int channels, CNN2DFormat format) {
    return initialised(graph("input").addLayer("layer", layer, "input"), size, channels, format);
  }

  private static GraphVertex vertex(
      GraphBuilder graph, int size, int channels, CNN2DFormat format, String name) {
    return initialised(graph, size, channels, format).getVertex(name);
  }

  private static INDArray run(ComputationGraph network, INDArray x) {
    Layer layer = network.getLayer("layer");
    layer.setInput(x.dup(), NOWHERE);
    return layer.activate(true, NOWHERE).dup();
  }

  private static INDArray backward(ComputationGraph network, INDArray gradient) {
    return network.getLayer("layer").backpropGradient(gradient.dup(), NOWHERE).getSecond();
  }

  private static void assertAlike(ComputationGraph fast, ComputationGraph stock, INDArray x) {
    INDArray expected = run(stock, x);
    assertClose(channelsFirst(run(fast, channelsLast(x))), expected);
    INDArray gradient = random(2, expected.shape());
    INDArray expectedGradient = backward(stock, gradient);
    assertClose(channelsFirst(backward(fast, channelsLast(gradient))), expectedGradient);
    assertClose(trainable(fast), trainable(stock));
  }

  /** The gradients of all parameters but running statistics, which DL4J moves through them. */
  private static INDArray trainable(ComputationGraph network) {
    INDArray gradients = network.getGradientsViewArray().dup();
    boolean isBatchNorm = network.getLayer("layer").type() == Layer.Type.NORMALIZATION;
    long length = isBatchNorm ? gradients.length() / 2 : gradients.length();
    return gradients.reshape(gradients.length()).get(NDArrayIndex.interval(0, length));
  }

  private static INDArray channelsLast(INDArray array) {
    return array.permute(0, 2, 3, 1).dup('c');
  }

  private static INDArray channelsFirst(INDArray array) {
    return array.permute(0, 3, 1, 2).dup('c');
  }

  /** From -1 to 1. */
  private static INDArray random(long seed, long... shape) {
    INDArray flat = Nd4j.create(DataType.DOUBLE, shape);
    double[] values = new Random(seed).doubles(flat.length(), -1, 1).toArray();
    return Nd4j.createFromArray(values).castTo(DataType.FLOAT).reshape('c', shape);
  }

  private static void assertClose(INDArray actual, INDArray expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    double tolerance = TOLERANCE * expected.amaxNumber().doubleValue();
    assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThanOrEqualTo(tolerance);
  }
}
