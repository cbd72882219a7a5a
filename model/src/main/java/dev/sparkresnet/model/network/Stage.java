package dev.sparkresnet.model.network;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Bottlenecks that work at one image size and width; the first one changes both. */
public record Stage(String name, List<Bottleneck> blocks) {

  static Stage of(
      String name,
      int blocks,
      int inputSize,
      int inputChannels,
      int width,
      int stride,
      StrideIn strideIn) {
    List<Bottleneck> all = new ArrayList<>();
    all.add(Bottleneck.first(name + "_block1", inputSize, inputChannels, width, stride, strideIn));
    int size = all.get(0).last().outputSize();
    for (int block = 2; block <= blocks; block++) {
      all.add(Bottleneck.following(name + "_block" + block, size, width));
    }
    return new Stage(name, List.copyOf(all));
  }

  /** All convolutions in the order of their parameters. */
  Stream<ConvolutionUnit> convolutions() {
    return blocks.stream().flatMap(Bottleneck::convolutions);
  }

  public int outputSize() {
    return blocks.get(0).last().outputSize();
  }

  public int outputChannels() {
    return blocks.get(0).last().outputChannels();
  }
}
