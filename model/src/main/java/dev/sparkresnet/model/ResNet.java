package dev.sparkresnet.model;

import dev.sparkresnet.model.network.Architecture;
import dev.sparkresnet.model.network.Bottleneck;
import dev.sparkresnet.model.network.ConvolutionUnit;
import dev.sparkresnet.model.network.MaxPool;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.optimizer.OptimizerSpec;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * Builds residual networks of bottleneck blocks as DL4J graphs, which hold their parameters. A
 * {@link TrainingStep} and an {@link InferenceNetwork} compute with them, on layers of our own or
 * on DL4J's.
 *
 * <p>Vertex names are those of Keras ({@code conv3_block2_1_conv}); checkpoints key on them.
 * Parameters lie in the order in which the vertices are added: a convolution's weights are followed
 * by those of its batch norm, a projection comes before the block it belongs to.
 */
public final class ResNet {
  /** One minus PyTorch's default momentum of 0.1. */
  private static final double BATCH_NORM_DECAY = 0.9;

  /**
   * With He's deviation, and with residuals that count from the start, the first steps diverge at
   * the default learning rate; both values are those of Goyal et al. 2017 (arXiv 1706.02677).
   */
  private static final double DENSE_DEVIATION = 0.01;

  private final Architecture architecture;
  private final ComputationGraphConfiguration.GraphBuilder graph;
  private final List<String> vertices = new ArrayList<>();

  private ResNet(NetworkSpec spec, OptimizerSpec optimizer, long seed, DataType dataType) {
    this.architecture = Architecture.of(spec);
    this.graph =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .dataType(dataType)
            .weightInit(WeightInit.RELU)
            .convolutionMode(ConvolutionMode.Truncate)
            .updater(new Nesterovs(optimizer.learningRate(), optimizer.momentum()))
            .l2(optimizer.weightDecay())
            .l2Bias(optimizer.weightDecay())
            .graphBuilder();
  }

  /**
   * A network with He-initialised convolutions (He et al. 2015, arXiv 1502.01852), ready to train:
   * every block starts as the identity, and the dense layer starts small.
   *
   * <p>It takes images as floats of shape [n, channels, size, size] and gives class probabilities
   * of shape [n, classes]. The learning-rate schedule is not part of its configuration: a {@link
   * TrainingStep} is told the learning rate of each step.
   *
   * @param seed decides the initial weights
   */
  public static ComputationGraph create(NetworkSpec spec, OptimizerSpec optimizer, long seed) {
    return create(spec, optimizer, seed, DataType.FLOAT);
  }

  static ComputationGraph create(
      NetworkSpec spec, OptimizerSpec optimizer, long seed, DataType dataType) {
    ResNet resNet = new ResNet(spec, optimizer, seed, dataType);
    ComputationGraph network = new ComputationGraph(resNet.configuration());
    network.init();
    resNet.startBlocksAsIdentity(network);
    return network;
  }

  private void startBlocksAsIdentity(ComputationGraph network) {
    architecture
        .blocks()
        .forEach(
            block ->
                network
                    .getLayer(block.last().batchNormName())
                    .getParam(BatchNormalizationParamInitializer.GAMMA)
                    .assign(0));
  }

  private ComputationGraphConfiguration configuration() {
    NetworkSpec spec = architecture.spec();
    graph.addInputs(Architecture.INPUT);
    graph.setInputTypes(
        InputType.convolutional(spec.inputSize(), spec.inputSize(), spec.channels()));
    String last = stem();
    for (Bottleneck block : architecture.blocks().toList()) {
      last = bottleneck(block, last);
    }
    head(last);
    return inOrderOfAddition(graph.build());
  }

  private String stem() {
    String convolution = convolution(architecture.stem(), Architecture.INPUT);
    return architecture.pool().map(pool -> pool(pool, convolution)).orElse(convolution);
  }

  private String pool(MaxPool pool, String input) {
    return layer(
        pool.vertexName(),
        new SubsamplingLayer.Builder(PoolingType.MAX)
            .kernelSize(MaxPool.KERNEL, MaxPool.KERNEL)
            .stride(MaxPool.STRIDE, MaxPool.STRIDE)
            .padding(MaxPool.PADDING, MaxPool.PADDING)
            .build(),
        input);
  }

  private String bottleneck(Bottleneck block, String input) {
    String shortcut = block.projection().map(unit -> convolution(unit, input)).orElse(input);
    String last = input;
    for (ConvolutionUnit unit : block.residual()) {
      last = convolution(unit, last);
    }
    ElementWiseVertex add = new ElementWiseVertex(ElementWiseVertex.Op.Add);
    String sum = vertex(block.additionName(), add, shortcut, last);
    return layer(block.outputName(), new ActivationLayer(Activation.RELU), sum);
  }

  /** With its batch norm and its ReLU. */
  private String convolution(ConvolutionUnit unit, String input) {
    String convolution = layer(unit.convolutionName(), convolution(unit), input);
    String normalized = layer(unit.batchNormName(), batchNorm(), convolution);
    return unit.isActivated()
        ? layer(unit.activationName(), new ActivationLayer(Activation.RELU), normalized)
        : normalized;
  }

  private static ConvolutionLayer convolution(ConvolutionUnit unit) {
    return new ConvolutionLayer.Builder(unit.kernel(), unit.kernel())
        .stride(unit.stride(), unit.stride())
        .padding(unit.padding(), unit.padding())
        .nOut(unit.outputChannels())
        .hasBias(unit.hasBias())
        .activation(Activation.IDENTITY)
        .build();
  }

  private static BatchNormalization batchNorm() {
    return new BatchNormalization.Builder()
        .eps(ConvolutionUnit.BATCH_NORM_EPSILON)
        .decay(BATCH_NORM_DECAY)
        .useLogStd(false)
        .build();
  }

  private void head(String input) {
    String pooled =
        layer(
            Architecture.GLOBAL_POOL,
            new GlobalPoolingLayer.Builder(PoolingType.AVG).build(),
            input);
    layer(
        Architecture.PREDICTIONS,
        new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
            .nOut(architecture.spec().classes())
            .weightInit(new NormalDistribution(0, DENSE_DEVIATION))
            .activation(Activation.SOFTMAX)
            .build(),
        pooled);
    graph.setOutputs(Architecture.PREDICTIONS);
  }

  private String vertex(String name, GraphVertex configuration, String... inputs) {
    graph.addVertex(name, configuration, inputs);
    vertices.add(name);
    return name;
  }

  private String layer(String name, Layer configuration, String input) {
    graph.addLayer(name, configuration, input);
    vertices.add(name);
    return name;
  }

  /**
   * Fixes the order of execution, which is also that of the parameters. DL4J's own would take the
   * two branches of a block by turns and tear a convolution from its batch norm.
   */
  private ComputationGraphConfiguration inOrderOfAddition(
      ComputationGraphConfiguration configuration) {
    List<String> order = new ArrayList<>(List.of(Architecture.INPUT));
    order.addAll(vertices);
    int[] indices = new int[order.size()];
    for (int index = 0; index < indices.length; index++) {
      indices[index] = index;
    }
    configuration.setTopologicalOrder(indices);
    configuration.setTopologicalOrderStr(order);
    return configuration;
  }
}
