package dev.sparkresnet.model.benchmark;

import dev.sparkresnet.model.fast.LayerKind;
import dev.sparkresnet.model.network.Layers;
import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

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

  /** Copies the map, in the order of the kinds. */
  public BenchmarkResult {
    medianSecondsByKind = Collections.unmodifiableMap(new TreeMap<>(medianSecondsByKind));
  }

  /**
   * Floating-point operations of a training step by the book: a multiplication and an addition for
   * each of three passes. Fast layers leave out those on padding.
   */
  public double trainingOperations() {
    return 3 * inferenceOperations();
  }

  /** Seconds of a step outside of all kinds of layers, by the medians. */
  public double restOfStep() {
    return trainingStep.medianSeconds()
        - medianSecondsByKind.values().stream().mapToDouble(each -> each).sum();
  }

  /** Floating-point operations of inference on a minibatch by the book. */
  public double inferenceOperations() {
    return 2.0 * batch * multiplyAdds;
  }
}
