package dev.sparkresnet.model.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Output and every gradient of each kernel against DL4J's own layer, in float, to 1e-4 of the
 * largest.
 */
class KernelsAgainstDl4jTest {
  private static final double TOLERANCE = 1e-4;
  private static final double EPSILON = 1e-5;
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
    ComputationGraph stock = alone(shape(out, kernel, stride, padding).build(), size, in);
    INDArray x = random(1, batch, in, size, size);
    INDArray expected = run(stock, x);
    INDArray gradient = random(2, expected.shape());
    Pair<Gradient, INDArray> expectedGradients = backward(stock, gradient);

    boolean seesSomePixels = kernel == 1 && stride > 1;
    Subsampling subsampling = new Subsampling(stride);
    FeatureMap all = channelsLast(x);
    FeatureMap seen = seesSomePixels ? map(batch, expected.size(2), in) : all;
    FeatureMap seenGradient = map(batch, seen.size(), in);
    FeatureMap z = map(batch, expected.size(2), out);
    ConvolutionKernel convolution =
        ConvolutionKernel.ofFeatures(
            size, seesSomePixels ? 1 : stride, padding, stock.getParam("layer_W"));
    INDArray weightGradient = junkLike(stock.getParam("layer_W"));
    convolution.trainInto(weightGradient);
    convolution.prepare();
    if (seesSomePixels) {
      subsampling.forward(all, seen);
    }
    convolution.forward(seen, z);
    assertClose(channelsFirst(z), expected);
    convolution.backward(seen, channelsLast(gradient), seenGradient);
    FeatureMap dx = seesSomePixels ? map(batch, size, in) : seenGradient;
    if (seesSomePixels) {
      subsampling.backward(seenGradient, dx);
    }
    assertClose(channelsFirst(dx), expectedGradients.getSecond());
    assertClose(weightGradient, expectedGradients.getFirst().getGradientFor("W"));
  }

  @ParameterizedTest
  @CsvSource({"1, 8, 3, 5, 7, 2, 3", "4, 9, 3, 4, 7, 2, 3", "3, 5, 1, 4, 3, 1, 1"})
  void convolutionOfImages(
      int batch, int size, int in, int out, int kernel, int stride, int padding) {
    ComputationGraph stock =
        alone(shape(out, kernel, stride, padding).hasBias(true).build(), size, in);
    stock.setParams(random(4, stock.params().shape()));
    INDArray images = random(1, batch, in, size, size);
    INDArray expected = run(stock, images);
    INDArray gradient = random(2, expected.shape());
    Gradient expectedGradients = backward(stock, gradient).getFirst();

    ConvolutionKernel convolution =
        ConvolutionKernel.ofImages(stride, padding, stock.getParam("layer_W"));
    BiasKernel bias = new BiasKernel(parameter(stock, "b"));
    INDArray weightGradient = junkLike(stock.getParam("layer_W"));
    INDArray biasGradient = junkLike(parameter(stock, "b"));
    convolution.trainInto(weightGradient);
    bias.trainInto(biasGradient);
    FeatureMap x = channelsLast(images);
    FeatureMap z = map(batch, expected.size(2), out);
    convolution.prepare();
    convolution.forward(x, z);
    bias.forward(z);
    assertClose(channelsFirst(z), expected);
    bias.backward(channelsLast(gradient));
    convolution.backward(x, channelsLast(gradient), x);
    assertClose(weightGradient, expectedGradients.getGradientFor("W"));
    assertClose(biasGradient, vector(expectedGradients.getGradientFor("b")));
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
    ComputationGraph stock = alone(batchNorm(), size, channels);
    giveParameters(stock);
    INDArray x = random(1, batch, channels, size, size);
    INDArray expected = run(stock, x);
    INDArray gradient = random(2, expected.shape());
    Pair<Gradient, INDArray> expectedGradients = backward(stock, gradient);

    BatchNormKernel kernel =
        new BatchNormKernel(parameter(stock, "gamma"), parameter(stock, "beta"), EPSILON);
    INDArray gammaGradient = junkLike(parameter(stock, "gamma"));
    INDArray betaGradient = junkLike(parameter(stock, "beta"));
    kernel.trainInto(gammaGradient, betaGradient);
    FeatureMap z = channelsLast(x);
    FeatureMap y = map(batch, size, channels);
    FeatureMap scratch = map(batch, size, channels);
    kernel.forward(z, y, scratch);
    assertClose(channelsFirst(y), expected);
    kernel.backward(channelsLast(gradient), z, z, scratch);
    assertClose(channelsFirst(z), expectedGradients.getSecond());
    Gradient ofParameters = expectedGradients.getFirst();
    assertClose(gammaGradient, vector(ofParameters.getGradientFor("gamma")));
    assertClose(betaGradient, vector(ofParameters.getGradientFor("beta")));
  }

  private static BatchNormalization batchNorm() {
    return new BatchNormalization.Builder().eps(EPSILON).decay(0.9).useLogStd(false).build();
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 4", "1, 2, 3", "6, 1, 8", "7, 2, 8", "4, 9, 3", "16, 4, 16"})
  void batchNormAndReluInInferenceMode(int batch, int size, int channels) {
    GraphBuilder graph = graph("input");
    graph.addLayer("norm", batchNorm(), "input");
    graph.addLayer("layer", new ActivationLayer(Activation.RELU), "norm");
    ComputationGraph stock = initialised(graph, size, channels);
    giveParameters(stock);
    INDArray x = random(1, batch, channels, size, size);

    FoldKernel fold =
        new FoldKernel(
            Nd4j.eye(channels).castTo(DataType.FLOAT).reshape('c', channels, channels, 1, 1),
            Optional.empty(),
            new FoldKernel.Statistics(
                vector(stock.getParam("norm_gamma")),
                vector(stock.getParam("norm_beta")),
                vector(stock.getParam("norm_mean")),
                vector(stock.getParam("norm_var"))),
            EPSILON);
    fold.run();
    ConvolutionKernel convolution = ConvolutionKernel.ofFeatures(size, 1, 0, fold.weights());
    FeatureMap y = map(batch, size, channels);
    convolution.prepare();
    convolution.forward(channelsLast(x), y);
    new BiasKernel(fold.bias()).forward(y);
    new Rectifier().forward(y);
    assertClose(channelsFirst(y), stock.outputSingle(false, x));
  }

  /** The running variance, which comes last, has to be positive. */
  private static void giveParameters(ComputationGraph stock) {
    stock.params().assign(random(5, stock.params().shape()).addi(1.5));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 4", "1, 2, 3", "6, 1, 8", "7, 2, 8", "4, 9, 3"})
  void residualJoin(int batch, int size, int channels) {
    GraphBuilder graph = graph("shortcut", "residual");
    ElementWiseVertex sum = new ElementWiseVertex(ElementWiseVertex.Op.Add);
    graph.addVertex("add", sum, "shortcut", "residual");
    graph.addLayer("layer", new ActivationLayer(Activation.RELU), "add");
    ComputationGraph stock = initialised(graph, size, channels);
    INDArray shortcut = random(1, batch, channels, size, size);
    INDArray residual = random(2, batch, channels, size, size);
    INDArray expected = stock.outputSingle(true, shortcut, residual);
    JoinKernel join = new JoinKernel();
    FeatureMap y = channelsLast(residual);
    join.forward(y, channelsLast(shortcut));
    assertClose(channelsFirst(y), expected);

    INDArray gradient = random(3, expected.shape());
    Layer relu = stock.getLayer("layer");
    relu.setInput(shortcut.add(residual), NOWHERE);
    INDArray expectedGradient = relu.backpropGradient(gradient.dup(), NOWHERE).getSecond();
    FeatureMap dy = channelsLast(gradient);
    join.backward(dy, y);
    assertClose(channelsFirst(dy), expectedGradient);
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
    ComputationGraph stock = alone(configuration, size, channels);
    INDArray images = random(1, batch, channels, size, size);
    INDArray expected = run(stock, images);
    FeatureMap x = channelsLast(images);
    FeatureMap y = map(batch, expected.size(2), channels);
    MaxPoolKernel pool = new MaxPoolKernel(3, 2, 1);
    pool.forward(x, y);
    assertClose(channelsFirst(y), expected);

    INDArray gradient = random(2, expected.shape());
    FeatureMap dx = map(batch, size, channels);
    pool.backward(x, channelsLast(gradient), dx);
    assertClose(channelsFirst(dx), backward(stock, gradient).getSecond());
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

  private static ComputationGraph initialised(GraphBuilder graph, int size, int channels) {
    InputType[] types = new InputType[graph.getNetworkInputs().size()];
    Arrays.fill(types, InputType.convolutional(size, size, channels));
    ComputationGraph network = new ComputationGraph(graph.setInputTypes(types).build());
    network.init();
    network.initGradientsView();
    return network;
  }

  private static ComputationGraph alone(
      org.deeplearning4j.nn.conf.layers.Layer layer, int size, int channels) {
    return initialised(graph("input").addLayer("layer", layer, "input"), size, channels);
  }

  private static INDArray run(ComputationGraph network, INDArray x) {
    Layer layer = network.getLayer("layer");
    layer.setInput(x.dup(), NOWHERE);
    return layer.activate(true, NOWHERE).dup();
  }

  private static Pair<Gradient, INDArray> backward(ComputationGraph network, INDArray gradient) {
    return network.getLayer("layer").backpropGradient(gradient.dup(), NOWHERE);
  }

  private static INDArray parameter(ComputationGraph network, String name) {
    return vector(network.getParam("layer_" + name));
  }

  private static INDArray junkLike(INDArray array) {
    return Nd4j.valueArrayOf(array.shape(), Double.NaN, DataType.FLOAT);
  }

  private static INDArray vector(INDArray array) {
    return array.reshape(array.length());
  }

  private static FeatureMap map(long batch, long size, long channels) {
    return Values.junk(DataType.FLOAT, batch, size, size, channels);
  }

  private static FeatureMap channelsLast(INDArray array) {
    return FeatureMap.of(array.permute(0, 2, 3, 1).dup('c'));
  }

  private static INDArray channelsFirst(FeatureMap map) {
    return map.images().permute(0, 3, 1, 2).dup('c');
  }

  private static INDArray random(long seed, long... shape) {
    return Values.random(DataType.FLOAT, seed, shape);
  }

  private static void assertClose(INDArray actual, INDArray expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    double tolerance = TOLERANCE * expected.amaxNumber().doubleValue();
    assertThat(actual.sub(expected).amaxNumber().doubleValue()).isLessThanOrEqualTo(tolerance);
  }
}
