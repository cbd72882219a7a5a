package dev.sparkresnet.model;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The passes of training through one network, and where their time goes. */
final class FastPasses implements AutoCloseable {
  private final LayerClock clock = new LayerClock();
  private final PassesByBatch<FastPass> passes;

  /** The passes of a network whose gradients have been allocated. */
  FastPasses(ComputationGraph network, NetworkSpec spec) {
    Architecture architecture = Architecture.of(spec);
    ParameterViews parameters = new ParameterViews(network);
    this.passes =
        new PassesByBatch<>(
            architecture,
            memory -> new FastPass(architecture, new FastContext(parameters, memory, clock)));
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
    return passes.forImages(images);
  }

  /** Frees the memory of the passes; the next one allocates it again. */
  @Override
  public void close() {
    passes.close();
  }
}
