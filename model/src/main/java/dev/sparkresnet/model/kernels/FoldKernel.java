package dev.sparkresnet.model.kernels;

import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Folds a batch norm with running statistics into the convolution before it.
 *
 * <p>With mean m, variance v, scale g and shift b: every filter is multiplied by {@code s = g /
 * sqrt(v + epsilon)}, and a convolution bias c becomes {@code b + (c - m) s}.
 */
public final class FoldKernel {
  private final INDArray weights;
  private final Optional<INDArray> bias;
  private final Statistics statistics;
  private final double epsilon;
  private final INDArray foldedWeights;
  private final INDArray foldedBias;
  private final Operation multiply = Operation.named("multiply");

  /** Parameters and running statistics of a batch norm, all [channels]. */
  public record Statistics(INDArray gamma, INDArray beta, INDArray mean, INDArray variance) {}

  /**
   * Prepares to fold, and allocates the results.
   *
   * @param weights [output channels, input channels, kernel, kernel]
   * @param bias of the convolution, [output channels]
   */
  public FoldKernel(
      INDArray weights, Optional<INDArray> bias, Statistics statistics, double epsilon) {
    this.weights = weights;
    this.bias = bias;
    this.statistics = statistics;
    this.epsilon = epsilon;
    this.foldedWeights = Detached.uninitialized(weights.dataType(), weights.shape());
    this.foldedBias = Detached.uninitialized(weights.dataType(), weights.size(0));
  }

  /** The weights of the folded convolution. */
  public INDArray weights() {
    return foldedWeights;
  }

  /** The bias of the folded convolution. */
  public INDArray bias() {
    return foldedBias;
  }

  /** Folds the parameters as they are now. */
  public void run() {
    INDArray scale = Transforms.sqrt(statistics.variance.add(epsilon), false);
    scale.rdivi(1).muli(statistics.gamma);
    long filters = weights.size(0);
    multiply.run(
        foldedWeights.reshape(filters, weights.length() / filters),
        weights.reshape(filters, weights.length() / filters),
        scale.reshape(filters, 1));
    foldedBias.assign(statistics.mean).negi();
    bias.ifPresent(foldedBias::addi);
    foldedBias.muli(scale).addi(statistics.beta);
  }
}
