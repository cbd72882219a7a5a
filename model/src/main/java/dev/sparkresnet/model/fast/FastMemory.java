package dev.sparkresnet.model.fast;

import dev.sparkresnet.model.kernels.FeatureMap;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The activations and gradients of one pass through a network: arrays that are allocated for the
 * largest minibatch and that smaller ones use the beginning of.
 */
public final class FastMemory implements AutoCloseable {
  /** Arrays that many layers use one after the other. */
  enum Shared {
    SCRATCH,
    BLOCK,
    OTHER_BLOCK,
    REDUCED,
    FILTERED,
    STRIDED,
    PROJECTED
  }

  /** How many of them there are, each as large as the largest feature map. */
  public static final int SHARED_ARRAYS = Shared.values().length;

  private final DataType type;
  private final int largestBatch;
  private final long largestImage;
  private final List<INDArray> kept = new ArrayList<>();
  private final Map<Shared, INDArray> shared = new EnumMap<>(Shared.class);
  private int batch;
  private int next;

  /**
   * Memory for minibatches up to a size.
   *
   * @param largestImage values of the largest feature map of an image
   */
  FastMemory(DataType type, int largestBatch, long largestImage) {
    this.type = type;
    this.largestBatch = largestBatch;
    this.largestImage = largestImage;
  }

  int largestBatch() {
    return largestBatch;
  }

  /** Begins to hand out the same memory again, to another minibatch size. */
  void beginFor(int newBatch) {
    batch = newBatch;
    next = 0;
  }

  /** An array that is used for nothing else; the order of the calls decides which. */
  FeatureMap keep(int size, int channels) {
    if (next == kept.size()) {
      kept.add(allocate((long) size * size * channels));
    }
    return view(kept.get(next++), size, channels);
  }

  /** An array that others use, too. */
  FeatureMap share(Shared which, int size, int channels) {
    return view(shared.computeIfAbsent(which, ignored -> allocate(largestImage)), size, channels);
  }

  private INDArray allocate(long valuesOfImage) {
    return Nd4j.createUninitializedDetached(type, 'c', largestBatch * valuesOfImage);
  }

  private FeatureMap view(INDArray memory, int size, int channels) {
    long length = (long) batch * size * size * channels;
    return FeatureMap.of(
        memory.get(NDArrayIndex.interval(0, length)).reshape('c', batch, size, size, channels));
  }

  @Override
  public void close() {
    kept.forEach(INDArray::close);
    shared.values().forEach(INDArray::close);
  }
}
