package dev.sparkresnet.model;

import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The fast passes through one network, by the size of the minibatch. They share memory, so only the
 * last one run is of use.
 */
final class FastPasses implements AutoCloseable {
  private final Architecture architecture;
  private final ParameterViews parameters;
  private final LayerClock clock = new LayerClock();
  private final Map<Integer, FastPass> byBatch = new HashMap<>();
  private FastMemory memory;

  /** The passes of a network whose gradients have been allocated. */
  FastPasses(ComputationGraph network, NetworkSpec spec) {
    this.architecture = Architecture.of(spec);
    this.parameters = new ParameterViews(network);
  }

  LayerClock clock() {
    return clock;
  }

  /**
   * The pass for minibatches of a size.
   *
   * @param images [n, channels, size, size]
   */
  FastPass forImages(INDArray images) {
    int batch = Math.toIntExact(images.size(0));
    if (memory == null || batch > memory.largestBatch()) {
      close();
      memory = new FastMemory(images.dataType(), batch, architecture.largestFeatureMap());
    }
    return byBatch.computeIfAbsent(batch, this::pass);
  }

  private FastPass pass(int batch) {
    memory.beginFor(batch);
    return new FastPass(architecture, new FastContext(parameters, memory, clock));
  }

  /** Frees the memory of the passes; the next one allocates it again. */
  @Override
  public void close() {
    byBatch.clear();
    if (memory != null) {
      memory.close();
      memory = null;
    }
  }
}
