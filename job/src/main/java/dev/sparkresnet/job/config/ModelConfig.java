package dev.sparkresnet.job.config;

import java.io.Serializable;
import java.util.List;

/**
 * The block {@code training.model}: the shape of the network.
 *
 * @param blocks bottlenecks per stage
 * @param width channels inside the bottlenecks of the first stage; each further stage doubles them
 */
public record ModelConfig(Stem stem, StrideIn strideIn, List<Integer> blocks, int width)
    implements Serializable {

  /** What stands before the first stage. */
  public enum Stem {
    /** 7x7 convolution with stride 2 and a max-pool. */
    IMAGENET,
    /** 3x3 convolution with stride 1 and no pool. */
    CIFAR
  }

  /** Which convolution of the first bottleneck in a stage carries the stride. */
  public enum StrideIn {
    /** The 1x1. */
    FIRST,
    /** The 3x3. */
    SECOND
  }

  /** Copies the list of blocks. */
  public ModelConfig {
    blocks = List.copyOf(blocks);
  }

  static ModelConfig read(ConfigSection section) {
    return new ModelConfig(
        section.value("stem", ValueReader.oneOf(Stem.class)),
        section.value("stride-in", ValueReader.oneOf(StrideIn.class)),
        section.value("blocks", ValueReader.INTEGERS, Rule.someAtLeastOne()),
        section.value("width", ValueReader.INTEGER, Rule.atLeast(1)));
  }
}
