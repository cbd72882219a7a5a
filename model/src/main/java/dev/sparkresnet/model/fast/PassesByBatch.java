package dev.sparkresnet.model.fast;

import dev.sparkresnet.model.network.Architecture;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The passes of one kind through one network, by the size of the minibatch. They share memory, so
 * only the last one run is of use.
 *
 * @param <P> the kind of passes
 */
final class PassesByBatch<P> implements AutoCloseable {
  private final long largestFeatureMap;
  private final Function<FastMemory, P> newPass;
  private final Map<Integer, P> passes = new HashMap<>();
  private FastMemory memory;

  /**
   * No passes yet.
   *
   * @param newPass makes one of memory for one size of minibatch
   */
  PassesByBatch(Architecture network, Function<FastMemory, P> newPass) {
    this.largestFeatureMap = network.largestFeatureMap();
    this.newPass = newPass;
  }

  /**
   * The pass for minibatches of a size, with the memory for the largest so far.
   *
   * @param images [n, channels, size, size]
   */
  P forImages(INDArray images) {
    int batch = Math.toIntExact(images.size(0));
    if (memory == null || batch > memory.largestBatch()) {
      close();
      memory = new FastMemory(images.dataType(), batch, largestFeatureMap);
    }
    return passes.computeIfAbsent(batch, this::pass);
  }

  private P pass(int batch) {
    memory.beginFor(batch);
    return newPass.apply(memory);
  }

  /** Frees the memory of the passes; the next one allocates it again. */
  @Override
  public void close() {
    passes.clear();
    if (memory != null) {
      memory.close();
      memory = null;
    }
  }
}
