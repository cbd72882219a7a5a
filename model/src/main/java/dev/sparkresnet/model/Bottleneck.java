package dev.sparkresnet.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One residual block: 1x1, BN, ReLU, 3x3, BN, ReLU, 1x1, BN, added to the shortcut, ReLU.
 *
 * @param projection the 1x1 convolution and BN of the shortcut where the shape changes
 */
record Bottleneck(
    String name,
    Optional<Convolution> projection,
    Convolution reduce,
    Convolution spatial,
    Convolution expand) {

  static final int EXPANSION = 4;

  /** The first block of a stage, with a projection. */
  static Bottleneck first(
      String name, int inputSize, int inputChannels, int width, int stride, StrideIn strideIn) {
    Convolution projection =
        Convolution.pointwise(name + "_0", inputSize, inputChannels, EXPANSION * width, stride);
    int reduceStride = strideIn == StrideIn.FIRST ? stride : 1;
    return of(name, Optional.of(projection), inputSize, inputChannels, width, reduceStride, stride);
  }

  /** A block whose shortcut is the identity. */
  static Bottleneck following(String name, int size, int width) {
    return of(name, Optional.empty(), size, EXPANSION * width, width, 1, 1);
  }

  private static Bottleneck of(
      String name,
      Optional<Convolution> projection,
      int inputSize,
      int inputChannels,
      int width,
      int reduceStride,
      int stride) {
    Convolution reduce =
        Convolution.pointwise(name + "_1", inputSize, inputChannels, width, reduceStride);
    Convolution spatial =
        Convolution.spatial(name + "_2", reduce.outputSize(), width, stride / reduceStride);
    Convolution expand =
        Convolution.pointwise(name + "_3", spatial.outputSize(), width, EXPANSION * width, 1);
    return new Bottleneck(name, projection, reduce, spatial, expand);
  }

  String additionName() {
    return name + "_add";
  }

  String outputName() {
    return name + "_out";
  }

  int outputSize() {
    return expand.outputSize();
  }

  /** All convolutions in the order of their parameters. */
  List<Convolution> convolutions() {
    List<Convolution> all = new ArrayList<>();
    projection.ifPresent(all::add);
    all.addAll(List.of(reduce, spatial, expand));
    return List.copyOf(all);
  }
}
