package dev.sparkresnet.model;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Means and variances of what enters every batch norm, gathered over training batches with fixed
 * weights, from which the running statistics are set (Wu and Johnson 2021, "Rethinking 'Batch' in
 * BatchNorm", arXiv 2105.07576, section 3). {@link TrainingStep#measureBatchNorm} measures a batch.
 *
 * <p>Batches are weighted by their images. The variance is that of all images together: the mean
 * variance within a batch plus the variance of the batch means. PyTorch's correction for the bias
 * of a single batch's variance has no place here, as that bias shrinks with the number of batches.
 */
public final class BatchNormMoments implements Serializable {
  /** No batches at all: the neutral element of {@link #merge}. */
  public static final BatchNormMoments NONE = new BatchNormMoments(0, Map.of());

  private final long examples;
  private final TreeMap<String, Moments> layers;

  private BatchNormMoments(long examples, Map<String, Moments> layers) {
    this.examples = examples;
    this.layers = new TreeMap<>(layers);
  }

  /**
   * Begins the moments of one batch.
   *
   * @param examples its images
   */
  static Builder of(long examples) {
    return new Builder(examples);
  }

  /** The moments of one batch, batch norm by batch norm. */
  static final class Builder {
    private final long examples;
    private final Map<String, Moments> layers = new TreeMap<>();

    private Builder(long examples) {
      this.examples = examples;
    }

    /** Adds what enters one batch norm; the variance is not corrected for bias. */
    void add(String batchNorm, double[] means, double[] variances) {
      layers.put(batchNorm, Moments.of(means, variances, examples));
    }

    BatchNormMoments build() {
      return new BatchNormMoments(examples, layers);
    }
  }

  /**
   * The moments of both sets of batches together.
   *
   * @throws IllegalArgumentException if they are of networks with different batch norms
   */
  public BatchNormMoments merge(BatchNormMoments other) {
    if (examples == 0) {
      return other;
    }
    if (other.examples == 0) {
      return this;
    }
    if (!layers.keySet().equals(other.layers.keySet())) {
      throw new IllegalArgumentException(
          "Cannot merge batch-norm moments: one has the layers %s, the other %s"
              .formatted(layers.keySet(), other.layers.keySet()));
    }
    Map<String, Moments> merged = new TreeMap<>();
    layers.forEach((name, moments) -> merged.put(name, moments.plus(other.layers.get(name))));
    return new BatchNormMoments(examples + other.examples, merged);
  }

  /** Images measured. */
  public long examples() {
    return examples;
  }

  /**
   * Sets the running means and variances of every batch norm.
   *
   * @throws IllegalStateException if nothing was measured
   * @throws IllegalArgumentException if the network has other batch norms than the measured one
   */
  public void applyTo(ComputationGraph network) {
    if (examples == 0) {
      throw new IllegalStateException("Cannot set batch-norm statistics: no batch was measured");
    }
    List<String> names = batchNormNames(network).stream().sorted().toList();
    if (!names.equals(List.copyOf(layers.keySet()))) {
      throw new IllegalArgumentException(
          "Cannot set batch-norm statistics: measured the layers %s, but the network has %s"
              .formatted(layers.keySet(), names));
    }
    layers.forEach((name, moments) -> moments.applyTo(network.getLayer(name), examples));
  }

  /** In the order of the layers. */
  static List<String> batchNormNames(ComputationGraph network) {
    return Stream.of(network.getLayers())
        .filter(layer -> layer.conf().getLayer() instanceof BatchNormalization)
        .map(layer -> layer.conf().getLayer().getLayerName())
        .toList();
  }

  /** Sums over batches of n times the mean and n times the mean square, per channel. */
  private static final class Moments implements Serializable {
    private final double[] means;
    private final double[] squares;

    private Moments(double[] means, double[] squares) {
      this.means = means;
      this.squares = squares;
    }

    static Moments of(double[] batchMeans, double[] batchVariances, long examples) {
      double[] means = new double[batchMeans.length];
      double[] squares = new double[batchMeans.length];
      for (int channel = 0; channel < means.length; channel++) {
        double mean = batchMeans[channel];
        means[channel] = examples * mean;
        squares[channel] = examples * (batchVariances[channel] + mean * mean);
      }
      return new Moments(means, squares);
    }

    Moments plus(Moments other) {
      return new Moments(sum(means, other.means), sum(squares, other.squares));
    }

    void applyTo(Layer batchNorm, long examples) {
      double[] mean = new double[means.length];
      double[] variance = new double[means.length];
      for (int channel = 0; channel < mean.length; channel++) {
        mean[channel] = means[channel] / examples;
        variance[channel] =
            Math.max(0, squares[channel] / examples - mean[channel] * mean[channel]);
      }
      batchNorm.getParam("mean").assign(Nd4j.createFromArray(mean));
      batchNorm.getParam("var").assign(Nd4j.createFromArray(variance));
    }

    private static double[] sum(double[] left, double[] right) {
      double[] sum = left.clone();
      for (int index = 0; index < sum.length; index++) {
        sum[index] += right[index];
      }
      return sum;
    }
  }
}
