package dev.sparkresnet.model.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every layer of a network with its name and shape, computed from the spec by arithmetic: what the
 * graph, the passes and the table are built from, and the memory is counted by.
 *
 * @param stem the convolution of the images
 * @param pool behind the stem
 */
public record Architecture(
    NetworkSpec spec, ConvolutionUnit stem, Optional<MaxPool> pool, List<Stage> stages) {

  public static final String INPUT = "input";
  public static final String GLOBAL_POOL = "avg_pool";
  public static final String PREDICTIONS = "predictions";

  public static Architecture of(NetworkSpec spec) {
    ConvolutionUnit stem = ConvolutionUnit.ofImages("conv1", spec);
    Optional<MaxPool> pool =
        spec.stem().hasPool()
            ? Optional.of(new MaxPool("pool1", stem.outputSize(), stem.outputChannels()))
            : Optional.empty();
    List<Stage> stages = new ArrayList<>();
    int size = pool.map(MaxPool::outputSize).orElse(stem.outputSize());
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
    return new Architecture(spec, stem, pool, List.copyOf(stages));
  }

  /** Values of the largest feature map of an image. */
  public long largestFeatureMap() {
    return convolutions()
        .mapToLong(each -> Math.max(each.inputValues(), each.outputValues()))
        .max()
        .orElseThrow();
  }

  /** Channels that the predictions are made from. */
  int features() {
    return stages.get(stages.size() - 1).outputChannels();
  }

  public Stream<Bottleneck> blocks() {
    return stages.stream().flatMap(stage -> stage.blocks().stream());
  }

  /** All convolutions in the order of their parameters. */
  public Stream<ConvolutionUnit> convolutions() {
    return Stream.concat(Stream.of(stem), blocks().flatMap(Bottleneck::convolutions));
  }

  /** Weights and biases of the dense layer. */
  long predictionParameters() {
    return (features() + 1L) * spec.classes();
  }

  /** For one image. */
  long predictionMultiplyAdds() {
    return (long) features() * spec.classes();
  }

  public long trainableParameters() {
    return predictionParameters()
        + convolutions().mapToLong(ConvolutionUnit::trainableParameters).sum();
  }

  /** Running means and variances: parameters in DL4J, but set by measurement, not by gradients. */
  public long batchNormStatistics() {
    return convolutions().mapToLong(each -> 2L * each.outputChannels()).sum();
  }

  /** For one image. */
  public long multiplyAdds() {
    return predictionMultiplyAdds() + convolutions().mapToLong(ConvolutionUnit::multiplyAdds).sum();
  }
}
