package dev.sparkresnet.model;

import dev.sparkresnet.model.kernels.BiasKernel;
import dev.sparkresnet.model.kernels.FeatureMap;
import dev.sparkresnet.model.kernels.HeadKernel;
import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A snapshot of a network for inference, with every batch norm folded into its convolution.
 *
 * <p>Changes of the network reach it by {@link #refresh()} only. Its memory is expensive to
 * allocate and kept from call to call. Not for use by several threads.
 */
public final class InferenceNetwork implements AutoCloseable {
  private final Architecture architecture;
  private final Map<String, INDArray> parameters;
  private final Map<ConvolutionUnit, FoldedConvolution> convolutions = new HashMap<>();
  private final INDArray denseWeights;
  private final INDArray denseBias;
  private final Map<Integer, InferencePass> byBatch = new HashMap<>();
  private FastMemory memory;

  private InferenceNetwork(Architecture architecture, Map<String, INDArray> parameters) {
    this.architecture = architecture;
    ConvolutionUnit stem = architecture.stem();
    convolutions.put(stem, FoldedConvolution.ofImages(stem, parameters));
    architecture
        .blocks()
        .flatMap(Bottleneck::convolutions)
        .forEach(unit -> convolutions.put(unit, FoldedConvolution.ofFeatures(unit, parameters)));
    this.parameters = parameters;
    this.denseWeights = parameters.get(Architecture.PREDICTIONS + "_W").dup('f');
    this.denseBias = parameters.get(Architecture.PREDICTIONS + "_b").dup();
    refresh();
  }

  /**
   * A snapshot of a network.
   *
   * @param network an initialised network of {@link ResNet#create}, new or restored
   * @param spec what it was created from
   */
  public static InferenceNetwork of(ComputationGraph network, NetworkSpec spec) {
    return new InferenceNetwork(Architecture.of(spec), network.paramTable());
  }

  /** Takes a new snapshot of the same network. */
  public void refresh() {
    convolutions.values().forEach(FoldedConvolution::refresh);
    denseWeights.assign(parameters.get(Architecture.PREDICTIONS + "_W"));
    denseBias.assign(parameters.get(Architecture.PREDICTIONS + "_b"));
  }

  /**
   * Computes the logits of the classes, [n, classes], in an array that the next call overwrites.
   *
   * @param images [n, channels, size, size]
   * @throws IllegalArgumentException if the images have the wrong shape or type
   */
  public INDArray logits(INDArray images) {
    ArrayCheck.requireImages("run network", images, denseWeights.dataType(), architecture.spec());
    int batch = Math.toIntExact(images.size(0));
    if (memory == null || batch > memory.largestBatch()) {
      close();
      memory = new FastMemory(images.dataType(), batch, architecture.largestFeatureMap());
    }
    return byBatch.computeIfAbsent(batch, this::pass).run(images);
  }

  /**
   * Classifies a batch of images and compares with the labels.
   *
   * @param images [n, channels, size, size]
   * @param labels one-hot, [n, classes]
   */
  public EvaluationMetrics evaluate(INDArray images, INDArray labels) {
    CrossEntropy result =
        CrossEntropy.ofLogits(logits(images).toDoubleMatrix(), labels.toDoubleMatrix());
    return new EvaluationMetrics(images.size(0), result.lossSum(), result.correct());
  }

  private InferencePass pass(int batch) {
    memory.beginFor(batch);
    return new InferencePass(architecture, memory, convolutions::get, this::head);
  }

  private HeadKernel head(FeatureMap x) {
    return new HeadKernel(denseWeights, new BiasKernel(denseBias), x);
  }

  /** Frees the memory of the activations; the next call allocates it again. */
  @Override
  public void close() {
    byBatch.clear();
    if (memory != null) {
      memory.close();
      memory = null;
    }
  }
}
