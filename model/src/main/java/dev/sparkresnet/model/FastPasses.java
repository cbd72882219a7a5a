package dev.sparkresnet.model;

import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.guava.collect.MapMaker;

/**
 * The fast passes through one network, by the shape of the minibatch. They share memory, so only
 * the last one run is of use.
 */
final class FastPasses {
  /** Passes are expensive to make and needed by steps and measurements alike. */
  private static final Map<ComputationGraph, FastPasses> BY_NETWORK =
      new MapMaker().weakKeys().makeMap();

  private final ParameterViews parameters;
  private final LayerClock clock = new LayerClock();
  private final Map<Integer, FastPass> byBatch = new HashMap<>();
  private Architecture architecture;
  private FastMemory memory;

  private FastPasses(ComputationGraph network) {
    this.parameters = new ParameterViews(network);
  }

  /** The passes of a network whose gradients have been allocated. */
  static FastPasses of(ComputationGraph network) {
    return BY_NETWORK.computeIfAbsent(network, FastPasses::new);
  }

  LayerClock clock() {
    return clock;
  }

  /**
   * The pass for minibatches of a shape.
   *
   * @param images [n, channels, size, size]
   */
  FastPass forImages(ComputationGraph network, INDArray images) {
    int batch = Math.toIntExact(images.size(0));
    int size = Math.toIntExact(images.size(2));
    if (memory == null || batch > memory.largestBatch() || size != imageSize()) {
      allocate(Architecture.of(network, size), batch, images);
    }
    return byBatch.computeIfAbsent(batch, this::pass);
  }

  private int imageSize() {
    return architecture.spec().inputSize();
  }

  private void allocate(Architecture newArchitecture, int batch, INDArray images) {
    close();
    architecture = newArchitecture;
    memory = new FastMemory(images.dataType(), batch, architecture.largestFeatureMap());
  }

  /** Frees the memory of the passes; the next one allocates it again. */
  void close() {
    byBatch.clear();
    if (memory != null) {
      memory.close();
      memory = null;
    }
  }

  private FastPass pass(int batch) {
    memory.beginFor(batch);
    return new FastPass(architecture, new FastContext(parameters, memory, clock));
  }
}
