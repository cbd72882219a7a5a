package dev.sparkresnet.model.network;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One residual block: 1x1, BN, ReLU, 3x3, BN, ReLU, 1x1, BN, added to the shortcut, ReLU.
 *
 * @param projection the 1x1 convolution and BN of the shortcut where the shape changes
 * @param residual what is added to the shortcut, one behind the other
 */
public record Bottleneck(
    String name, Optional<ConvolutionUnit> projection, List<ConvolutionUnit> residual) {

  private static final int EXPANSION = 4;

  /** The first block of a stage, with a projection. */
  static Bottleneck first(
      String name, int inputSize, int inputChannels, int width, int stride, StrideIn strideIn) {
    ConvolutionUnit projection =
        ConvolutionUnit.pointwise(name + "_0", inputSize, inputChannels, EXPANSION * width, stride);
    int firstStride = strideIn == StrideIn.FIRST ? stride : 1;
    return new Bottleneck(
        name,
        Optional.of(projection),
        residual(name, inputSize, inputChannels, width, firstStride, stride / firstStride));
  }

  /** A block whose shortcut is the identity. */
  static Bottleneck following(String name, int size, int width) {
    return new Bottleneck(
        name, Optional.empty(), residual(name, size, EXPANSION * width, width, 1, 1));
  }

  private static List<ConvolutionUnit> residual(
      String name, int inputSize, int inputChannels, int width, int firstStride, int secondStride) {
    ConvolutionUnit reduce =
        ConvolutionUnit.pointwise(name + "_1", inputSize, inputChannels, width, firstStride);
    ConvolutionUnit filter =
        ConvolutionUnit.spatial(name + "_2", reduce.outputSize(), width, secondStride);
    ConvolutionUnit expand =
        ConvolutionUnit.pointwise(name + "_3", filter.outputSize(), width, EXPANSION * width, 1);
    return List.of(reduce.activated(), filter.activated(), expand);
  }

  public String additionName() {
    return name + "_add";
  }

  public String outputName() {
    return name + "_out";
  }

  /** The one whose output is added to the shortcut. */
  public ConvolutionUnit last() {
    return residual.get(residual.size() - 1);
  }

  /** All convolutions in the order of their parameters. */
  public Stream<ConvolutionUnit> convolutions() {
    return Stream.concat(projection.stream(), residual.stream());
  }
}
