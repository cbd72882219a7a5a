package dev.sparkresnet.model.fast;

import dev.sparkresnet.model.network.Architecture;
import dev.sparkresnet.model.network.NetworkSpec;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The passes of inference through a snapshot of one network. */
public final class InferencePasses implements AutoCloseable {
  private final FoldedNetwork network;
  private final PassesByBatch<InferencePass> passes;

  public InferencePasses(ComputationGraph graph, NetworkSpec spec) {
    Architecture architecture = Architecture.of(spec);
    this.network = new FoldedNetwork(architecture, graph);
    this.passes =
        new PassesByBatch<>(
            architecture, memory -> new InferencePass(architecture, memory, network));
  }

  /** Takes a new snapshot of the same network. */
  public void refresh() {
    network.refresh();
  }

  /**
   * The pass for minibatches of a size.
   *
   * @param images [n, channels, size, size]
   */
  public InferencePass forImages(INDArray images) {
    return passes.forImages(images);
  }

  /** Frees the memory of the passes; the next one allocates it again. */
  @Override
  public void close() {
    passes.close();
  }
}
