package dev.sparkresnet.model.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A convolution of images with few channels: every patch that the kernel covers is copied into a
 * row of a matrix, and the rest is products of matrices.
 *
 * <p>A patch has kernel rows of {@code kernel * channels} values that lie together in memory, so
 * one strided copy moves all patches. They are kept for the gradient of the weights.
 */
final class PatchKernel implements ConvolutionKernel {
  private final int stride;
  private final int padding;
  private final Weights weights;
  private INDArray gradient;
  private final INDArray filters;
  private final INDArray filterGradients;
  private final Operation forward = Operation.productOfTransposedSecond();
  private final Operation weightGradient = Operation.productOfTransposedFirst();
  private Patches patches;

  PatchKernel(int stride, int padding, Weights weights) {
    this.stride = stride;
    this.padding = padding;
    this.weights = weights;
    long taps = (long) weights.kernel() * weights.kernel() * weights.inputChannels();
    this.filters =
        Detached.uninitialized(weights.values().dataType(), weights.outputChannels(), taps);
    this.filterGradients =
        Detached.uninitialized(weights.values().dataType(), weights.outputChannels(), taps);
  }

  @Override
  public void trainInto(INDArray newGradient) {
    gradient = newGradient.permute(0, 2, 3, 1);
  }

  @Override
  public void prepare() {
    channelsLast(filters).assign(weights.values().permute(0, 2, 3, 1));
  }

  @Override
  public void forward(FeatureMap x, FeatureMap z) {
    if (patches == null || patches.batch() != x.batch()) {
      allocate(x);
    }
    patches.copy(x);
    forward.run(z.rows(), patches.rows, filters);
  }

  private void allocate(FeatureMap x) {
    if (patches != null) {
      patches.close();
    }
    patches = Patches.allocate(x, weights.kernel(), stride, padding);
  }

  @Override
  public void backward(FeatureMap x, FeatureMap dz, FeatureMap dx) {
    weightGradient.run(filterGradients, dz.rows(), patches.rows);
    gradient.assign(channelsLast(filterGradients));
  }

  private INDArray channelsLast(INDArray filters) {
    return filters.reshape(
        'c', weights.outputChannels(), weights.kernel(), weights.kernel(), weights.inputChannels());
  }

  /**
   * Room for the patches of a minibatch.
   *
   * @param padded the images with zeros around them
   * @param inside the part of the padded images that the images go to
   * @param windows the padded images as overlapping [n, size, size, kernel, kernel * channels]
   * @param windowCopies of the same shape, without overlap
   * @param rows the copies as a matrix with a row for each patch
   */
  private record Patches(
      INDArray padded, INDArray inside, INDArray windows, INDArray windowCopies, INDArray rows) {

    static Patches allocate(FeatureMap x, int kernel, int stride, int padding) {
      long batch = x.batch();
      long channels = x.images().size(3);
      long padded = x.size() + 2L * padding;
      long size = (padded - kernel) / stride + 1;
      INDArray images = Detached.filled(x.images().dataType(), 0, batch, padded, padded, channels);
      INDArrayIndex inside = NDArrayIndex.interval(padding, padding + x.size());
      long row = padded * channels;
      INDArray windows =
          Nd4j.create(
              images.data(),
              new long[] {batch, size, size, kernel, kernel * channels},
              new long[] {padded * row, stride * row, stride * channels, row, 1},
              0,
              'c');
      INDArray copies = Detached.uninitialized(images.dataType(), windows.shape());
      return new Patches(
          images,
          images.get(NDArrayIndex.all(), inside, inside, NDArrayIndex.all()),
          windows,
          copies,
          copies.reshape('c', batch * size * size, kernel * (kernel * channels)));
    }

    long batch() {
      return inside.size(0);
    }

    void close() {
      padded.close();
      windowCopies.close();
    }

    void copy(FeatureMap x) {
      inside.assign(x.images());
      windowCopies.assign(windows);
    }
  }
}
