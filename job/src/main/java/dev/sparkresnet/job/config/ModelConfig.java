package dev.sparkresnet.job.config;

import dev.sparkresnet.datasets.CifarFormat;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.model.network.Layers;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.network.Stem;
import dev.sparkresnet.model.network.StrideIn;
import java.io.Serializable;
import java.util.List;

/**
 * The block {@code training.model}: the shape of the network.
 *
 * @param stem what comes before the first stage
 * @param strideIn which convolution of the first bottleneck in a stage carries the stride
 * @param blocks bottlenecks per stage
 * @param width channels inside the bottlenecks of the first stage; each further stage doubles them
 * @param layers our own or those of DL4J, with the same parameters
 */
public record ModelConfig(
    Stem stem, StrideIn strideIn, List<Integer> blocks, int width, Layers layers)
    implements Serializable {

  /** Copies the list of blocks. */
  public ModelConfig {
    blocks = List.copyOf(blocks);
  }

  /**
   * The network of this shape for the images of CIFAR-10.
   *
   * @throws UserErrorException if they are too small for the strides
   */
  public NetworkSpec network() {
    return network(CifarFormat.SIDE, CifarFormat.CLASSES);
  }

  /**
   * The network of this shape for square colour images.
   *
   * @throws UserErrorException if the images are too small for the strides
   */
  public NetworkSpec network(int inputSize, int classes) {
    try {
      return new NetworkSpec(
          inputSize, CifarFormat.CHANNELS, classes, stem, strideIn, blocks, width, layers);
    } catch (IllegalArgumentException e) {
      throw new UserErrorException(e.getMessage(), e);
    }
  }

  static ModelConfig read(ConfigSection section) {
    return new ModelConfig(
        section.value("stem", ValueReader.oneOf(Stem.class)),
        section.value("stride-in", ValueReader.oneOf(StrideIn.class)),
        section.value("blocks", ValueReader.INTEGERS, Rule.someAtLeastOne()),
        section.value("width", ValueReader.INTEGER, Rule.atLeast(1)),
        section.value("layers", ValueReader.oneOf(Layers.class)));
  }
}
