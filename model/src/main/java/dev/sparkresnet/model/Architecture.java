package dev.sparkresnet.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every layer of a network with its name and shape, computed from the spec by arithmetic: what the
 * graph is built from and what {@code describe} shows.
 */
record Architecture(NetworkSpec spec, Convolution stem, List<Stage> stages) {

  static final String INPUT = "input";
  static final String STEM_POOL = "pool1_pool";
  static final String GLOBAL_POOL = "avg_pool";
  static final String PREDICTIONS = "predictions";

  static final int POOL_KERNEL = 3;
  static final int POOL_STRIDE = 2;
  static final int POOL_PADDING = 1;

  static Architecture of(NetworkSpec spec) {
    Convolution stem = stem(spec);
    List<Stage> stages = new ArrayList<>();
    int size = sizeAfterStem(spec, stem);
    int channels = stem.outputChannels();
    for (int index = 0; index < spec.blocks().size(); index++) {
      Stage stage =
          Stage.of(
              "conv" + (index + 2),
              spec.blocks().get(index),
              size,
              channels,
              spec.width() << index,
              index == 0 ? 1 : 2,
              spec.strideIn());
      stages.add(stage);
      size = stage.outputSize();
      channels = stage.outputChannels();
    }
    return new Architecture(spec, stem, List.copyOf(stages));
  }

  private static Convolution stem(NetworkSpec spec) {
    return switch (spec.stem()) {
      case IMAGENET ->
          new Convolution("conv1", spec.inputSize(), spec.channels(), spec.width(), 7, 2, 3, true);
      case CIFAR ->
          new Convolution("conv1", spec.inputSize(), spec.channels(), spec.width(), 3, 1, 1, true);
    };
  }

  private static int sizeAfterStem(NetworkSpec spec, Convolution stem) {
    return switch (spec.stem()) {
      case IMAGENET ->
          Convolution.outputSize(stem.outputSize(), POOL_KERNEL, POOL_STRIDE, POOL_PADDING);
      case CIFAR -> stem.outputSize();
    };
  }

  boolean hasStemPool() {
    return spec.stem() == Stem.IMAGENET;
  }

  int sizeAfterStem() {
    return sizeAfterStem(spec, stem);
  }

  Stage lastStage() {
    return stages.get(stages.size() - 1);
  }

  /** Values of the largest feature map of an image. */
  long largestFeatureMap() {
    return convolutions().stream()
        .mapToLong(
            each ->
                Math.max(
                    (long) each.inputSize() * each.inputSize() * each.inputChannels(),
                    (long) each.outputSize() * each.outputSize() * each.outputChannels()))
        .max()
        .orElseThrow();
  }

  /** Channels that the predictions are made from. */
  int features() {
    return lastStage().outputChannels();
  }

  /** All convolutions in the order of their parameters. */
  List<Convolution> convolutions() {
    return Stream.concat(
            Stream.of(stem), stages.stream().flatMap(stage -> stage.convolutions().stream()))
        .toList();
  }

  /** Weights and biases of the dense layer. */
  long predictionParameters() {
    return (features() + 1L) * spec.classes();
  }

  /** For one image. */
  long predictionMultiplyAdds() {
    return (long) features() * spec.classes();
  }

  long trainableParameters() {
    return predictionParameters()
        + convolutions().stream().mapToLong(Convolution::trainableParameters).sum();
  }

  /** Running means and variances: parameters in DL4J, but set by measurement, not by gradients. */
  long batchNormStatistics() {
    return convolutions().stream().mapToLong(each -> 2L * each.outputChannels()).sum();
  }

  /** For one image. */
  long multiplyAdds() {
    return predictionMultiplyAdds()
        + convolutions().stream().mapToLong(Convolution::multiplyAdds).sum();
  }
}
