package dev.sparkresnet.model;

import java.util.ArrayList;
import java.util.List;

/** Bottlenecks that work at one image size and width; the first one changes both. */
record Stage(String name, List<Bottleneck> blocks) {

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
    int size = all.get(0).outputSize();
    for (int block = 2; block <= blocks; block++) {
      all.add(Bottleneck.following(name + "_block" + block, size, width));
    }
    return new Stage(name, List.copyOf(all));
  }

  List<Convolution> convolutions() {
    return blocks.stream().flatMap(block -> block.convolutions().stream()).toList();
  }

  int outputSize() {
    return blocks.get(0).outputSize();
  }

  int outputChannels() {
    return blocks.get(0).expand().outputChannels();
  }
}
