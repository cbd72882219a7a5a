package dev.sparkresnet.model;

import dev.sparkresnet.model.fast.FastMemory;
import dev.sparkresnet.model.kernels.ConvolutionKernel;
import dev.sparkresnet.model.network.Architecture;
import dev.sparkresnet.model.network.Bottleneck;
import dev.sparkresnet.model.network.ConvolutionUnit;
import dev.sparkresnet.model.network.MaxPool;
import dev.sparkresnet.model.network.NetworkSpec;
import java.util.stream.Stream;

/**
 * What a network of floats takes outside the Java heap, by arithmetic from its spec.
 *
 * <p>With {@code n} images in a minibatch, sums over the convolutions of the network, {@code out}
 * the values of one image that a convolution puts out, and 4 bytes a value:
 *
 * <pre>
 *   fast pass  = n * (image + sum(2 * out) - projections + strided inputs + pool
 *                + 7 * largest feature map)                            activations and gradients
 *              + 2 * (sum(3 * n * pixels) + patches(n) + dense maps)   constants and workspaces
 *   stock pass = n * 6 * sum(out), and in workspaces n * 20 * sum(out)
 *   inference  = folded weights + dense maps + patches(n) + n * (image + 7 * largest feature map)
 *   patches(n) = n * (padded image + pixels * kernel² * channels)      of the stem
 *   dense map  = 2 * input values * output values                      3x3 on 2x2 pixels or fewer
 * </pre>
 *
 * <p>The fast pass has its workspaces twice, since the last minibatch of an epoch may be smaller
 * than the others and has kernels of its own. What single operations allocate and free again is not
 * in it. DL4J's own layers leave arrays behind for the garbage collector at every step; their two
 * factors are measured, at widths 16 and 64 and minibatches of 16 to 64 (2 live and 1.3 more a
 * step, and 17), and rounded up.
 */
public final class NetworkMemory {
  private static final long VALUE_BYTES = Float.BYTES;

  /** Rows of ones and of averages that batch norm multiplies by. */
  private static final int BATCH_NORM_ROWS = 3;

  /** A map, and the blocks that it is made of. */
  private static final int DENSE_COPIES = 2;

  private static final int MINIBATCH_SIZES = 2;

  private static final int STOCK_ARRAYS = 6;
  private static final int STOCK_WORKSPACES = 20;

  private final Architecture network;

  private NetworkMemory(Architecture network) {
    this.network = network;
  }

  /** The memory of a network. */
  public static NetworkMemory of(NetworkSpec spec) {
    return new NetworkMemory(Architecture.of(spec));
  }

  /** Everything that DL4J calls a parameter: trainable ones and batch-norm statistics. */
  public long parameters() {
    return network.trainableParameters() + network.batchNormStatistics();
  }

  /** The flat array of parameters, and any other as long as it. */
  public long parameterBytes() {
    return VALUE_BYTES * parameters();
  }

  /** The state of the optimiser. */
  public long velocityBytes() {
    return VALUE_BYTES * network.trainableParameters();
  }

  /**
   * What {@link TrainingStep} takes besides parameters, gradients and velocity.
   *
   * @param batch images of the largest minibatch
   */
  public long passBytes(int batch) {
    return VALUE_BYTES
        * switch (network.spec().layers()) {
          case FAST -> fastPass(batch);
          case STOCK -> batch * (STOCK_ARRAYS * outputs());
        };
  }

  /**
   * What DL4J's workspaces take besides, which libnd4j does not count among its arrays.
   *
   * @param batch images of the largest minibatch
   */
  public long workspaceBytes(int batch) {
    return VALUE_BYTES
        * switch (network.spec().layers()) {
          case FAST -> 0;
          case STOCK -> batch * (STOCK_WORKSPACES * outputs());
        };
  }

  /**
   * What {@link InferenceNetwork} takes.
   *
   * @param batch images of the largest minibatch
   */
  public long inferenceBytes(int batch) {
    return VALUE_BYTES
        * (network.trainableParameters()
            + denseMaps()
            + batch
                * (stemPatches()
                    + image()
                    + FastMemory.SHARED_ARRAYS * network.largestFeatureMap()));
  }

  /** One minibatch of images and labels. */
  public long minibatchBytes(int batch) {
    return VALUE_BYTES * batch * (image() + network.spec().classes());
  }

  private long fastPass(int batch) {
    long kept = image() + 2 * outputs() - projections() + stridedInputs() + pool();
    long constants =
        BATCH_NORM_ROWS * network.convolutions().mapToLong(ConvolutionUnit::outputPixels).sum();
    return batch * (kept + FastMemory.SHARED_ARRAYS * network.largestFeatureMap())
        + MINIBATCH_SIZES * (batch * (constants + stemPatches()) + denseMaps());
  }

  private long image() {
    return network.stem().inputValues();
  }

  private long outputs() {
    return network.convolutions().mapToLong(ConvolutionUnit::outputValues).sum();
  }

  /** Their normalised outputs lie in a shared array. */
  private long projections() {
    return projectionsOfBlocks().mapToLong(ConvolutionUnit::outputValues).sum();
  }

  private long stridedInputs() {
    return projectionsOfBlocks()
        .filter(ConvolutionUnit::skipsPixels)
        .mapToLong(each -> each.outputPixels() * each.inputChannels())
        .sum();
  }

  private Stream<ConvolutionUnit> projectionsOfBlocks() {
    return network.blocks().flatMap(block -> block.projection().stream());
  }

  private long pool() {
    return network.pool().map(MaxPool::outputValues).orElse(0L);
  }

  private long stemPatches() {
    ConvolutionUnit stem = network.stem();
    long padded = stem.inputSize() + 2L * stem.padding();
    long window = (long) stem.kernel() * stem.kernel();
    return (padded * padded + stem.outputPixels() * window) * stem.inputChannels();
  }

  private long denseMaps() {
    return network
        .blocks()
        .flatMap(Bottleneck::convolutions)
        .filter(NetworkMemory::isDense)
        .mapToLong(each -> DENSE_COPIES * each.inputValues() * each.outputValues())
        .sum();
  }

  private static boolean isDense(ConvolutionUnit unit) {
    return ConvolutionKernel.isDense(unit.inputSize(), unit.kernel(), unit.padding());
  }
}
