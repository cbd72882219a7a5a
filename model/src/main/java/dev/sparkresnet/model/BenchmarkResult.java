package dev.sparkresnet.model;

import java.io.Serializable;
import java.util.Map;

/**
 * What a {@link Benchmark} measured of one kind of layers.
 *
 * @param batch images of a minibatch
 * @param multiplyAdds of one image on its way through the network
 * @param trainingStep forward, backward, optimizer and the change of the parameters
 * @param inference of logits
 * @param medianSecondsByKind where the time of the timed training steps went; of stock layers that
 *     of the optimizer only
 */
public record BenchmarkResult(
    Layers layers,
    int batch,
    long multiplyAdds,
    Timing trainingStep,
    Timing inference,
    Map<LayerKind, Double> medianSecondsByKind)
    implements Serializable {

  /** Copies the map. */
  public BenchmarkResult {
    medianSecondsByKind = Map.copyOf(medianSecondsByKind);
  }

  /**
   * Floating-point operations of a training step by the book: a multiplication and an addition for
   * each of three passes. Fast layers leave out those on padding.
   */
  public double trainingOperations() {
    return 3 * inferenceOperations();
  }

  /** Floating-point operations of inference on a minibatch by the book. */
  public double inferenceOperations() {
    return 2.0 * batch * multiplyAdds;
  }
}
