package dev.sparkresnet.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.model.network.Layers;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.network.Stem;
import dev.sparkresnet.model.network.StrideIn;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkMemoryTest {
  private static final NetworkSpec RESNET_50 = NetworkSpec.resNet50(32, 10);

  /** One block of width 1 behind the 3x3 stem, on images of 2x2 pixels and one channel. */
  private static final NetworkSpec TINY =
      new NetworkSpec(2, 1, 2, Stem.CIFAR, StrideIn.FIRST, List.of(1), 1, Layers.FAST);

  @Test
  void parametersAreThoseOfDl4j() {
    NetworkMemory memory = NetworkMemory.of(RESNET_50);
    assertThat(memory.parameters()).isEqualTo(23_528_586 + 53_120);
    assertThat(memory.parameterBytes()).isEqualTo(4 * 23_581_706L);
    assertThat(memory.velocityBytes()).isEqualTo(4 * 23_528_586L);
  }

  /**
   * By hand: the convolutions put out 4, 16, 4, 4 and 16 values for an image. Kept are the image
   * (4), their outputs (44) and all but the projection's once more (28); 7 shared arrays have 16.
   * Twice there are 3 rows of 4 pixels for each of 5 convolutions, the patches of the stem (16 of
   * the padded image, 36 copied), and once per size of a minibatch a dense map of 2 * 4 * 4.
   */
  @Test
  void passOfATinyNetworkIsThatWorkedOutByHand() {
    long perImage = 4 + 44 + 28 + 7 * 16 + 2 * (3 * 4 * 5 + 16 + 36);
    assertThat(NetworkMemory.of(TINY).passBytes(3)).isEqualTo(4 * (3 * perImage + 2 * 32));
  }

  /** Weights, scales and shifts: 12, 12, 3, 11, 12, and 10 of the dense layer. */
  @Test
  void inferenceOfATinyNetworkIsThatWorkedOutByHand() {
    long perImage = 16 + 36 + 4 + 7 * 16;
    assertThat(NetworkMemory.of(TINY).inferenceBytes(5))
        .isEqualTo(4 * (12 + 12 + 3 + 11 + 12 + 10 + 32 + 5 * perImage));
  }

  @Test
  void onlyStockLayersComputeInWorkspaces() {
    assertThat(NetworkMemory.of(RESNET_50).workspaceBytes(16)).isZero();
    assertThat(NetworkMemory.of(TINY.withLayers(Layers.STOCK)).workspaceBytes(3))
        .isEqualTo(4 * 3 * 20 * 44);
  }

  @Test
  void minibatchHasImagesAndLabels() {
    assertThat(NetworkMemory.of(RESNET_50).minibatchBytes(128)).isEqualTo(4 * 128 * (3072 + 10));
  }
}
