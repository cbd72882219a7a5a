package dev.sparkresnet.model;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Means and variances of what enters every batch norm, gathered over training batches with fixed
 * weights, from which the running statistics are set (Wu and Johnson 2021, "Rethinking 'Batch' in
 * BatchNorm", arXiv 2105.07576, section 3).
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
   * Runs the network in train mode on one batch and measures what enters each batch norm. The
   * network is not changed.
   *
   * @param images [n, channels, size, size]
   * @throws IllegalArgumentException if the images have the wrong shape or type
   */
  public static BatchNormMoments measure(ComputationGraph network, INDArray images) {
    return switch (Architecture.layersOf(network)) {
      case FAST -> measureFast(network, images);
      case STOCK -> measureStock(network, images);
    };
  }

  private static BatchNormMoments measureFast(ComputationGraph network, INDArray images) {
    ArrayCheck.requireImages(
        "measure batch norm",
        images,
        network.params().dataType(),
        Architecture.channelsOf(network));
    if (network.getGradientsViewArray() == null) {
      network.initGradientsView();
    }
    FastPass pass = FastPasses.of(network).forImages(network, images);
    pass.forward(images);
    long examples = images.size(0);
    Map<String, Moments> layers = new TreeMap<>();
    pass.units()
        .forEach(
            unit ->
                layers.put(
                    unit.convolution().batchNormName(),
                    Moments.of(unit.batchNorm().mean(), unit.batchNorm().variance(), examples)));
    return new BatchNormMoments(examples, layers);
  }

  private static BatchNormMoments measureStock(ComputationGraph network, INDArray images) {
    Map<String, INDArray> activations = network.feedForward(new INDArray[] {images}, true, true);
    Map<String, Moments> layers = new TreeMap<>();
    for (String name : batchNormNames(network)) {
      String input = network.getConfiguration().getVertexInputs().get(name).get(0);
      INDArray normalized = activations.get(input);
      double[] means = normalized.mean(0, 2, 3).toDoubleVector();
      double[] variances = normalized.var(false, 0, 2, 3).toDoubleVector();
      layers.put(name, Moments.of(means, variances, images.size(0)));
    }
    activations.values().stream()
        .filter(activation -> activation != images && activation.closeable())
        .forEach(INDArray::close);
    return new BatchNormMoments(images.size(0), layers);
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

  private static List<String> batchNormNames(ComputationGraph network) {
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
