package dev.sparkresnet.model;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The passes of inference through a snapshot of one network. */
final class InferencePasses implements AutoCloseable {
  private final FoldedNetwork network;
  private final PassesByBatch<InferencePass> passes;

  InferencePasses(ComputationGraph graph, NetworkSpec spec) {
    Architecture architecture = Architecture.of(spec);
    this.network = new FoldedNetwork(architecture, graph);
    this.passes =
        new PassesByBatch<>(
            architecture, memory -> new InferencePass(architecture, memory, network));
  }

  /** Takes a new snapshot of the same network. */
  void refresh() {
    network.refresh();
  }

  /**
   * The pass for minibatches of a size.
   *
   * @param images [n, channels, size, size]
   */
  InferencePass forImages(INDArray images) {
    return passes.forImages(images);
  }

  /** Frees the memory of the passes; the next one allocates it again. */
  @Override
  public void close() {
    passes.close();
  }
}
