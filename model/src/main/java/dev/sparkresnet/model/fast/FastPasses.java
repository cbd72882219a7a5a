package dev.sparkresnet.model.fast;

import dev.sparkresnet.model.network.Architecture;
import dev.sparkresnet.model.network.NetworkSpec;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The passes of training through one network, and where their time goes. */
public final class FastPasses implements AutoCloseable {
  private final LayerClock clock = new LayerClock();
  private final PassesByBatch<FastPass> passes;

  /** The passes of a network whose gradients have been allocated. */
  public FastPasses(ComputationGraph network, NetworkSpec spec) {
    Architecture architecture = Architecture.of(spec);
    ParameterViews parameters = new ParameterViews(network);
    this.passes =
        new PassesByBatch<>(
            architecture,
            memory -> new FastPass(architecture, new FastContext(parameters, memory, clock)));
  }

  public LayerClock clock() {
    return clock;
  }

  /**
   * The pass for minibatches of a size.
   *
   * @param images [n, channels, size, size]
   */
  public FastPass forImages(INDArray images) {
    return passes.forImages(images);
  }

  /** Frees the memory of the passes; the next one allocates it again. */
  @Override
  public void close() {
    passes.close();
  }
}
