package dev.sparkresnet.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.model.network.Layers;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.network.Stem;
import dev.sparkresnet.model.network.StrideIn;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelConfigTest {
  @Test
  void defaultIsResNet50AsPublished() {
    assertThat(ConfigurationOnDisk.read().model())
        .isEqualTo(
            new ModelConfig(Stem.IMAGENET, StrideIn.FIRST, List.of(3, 4, 6, 3), 64, Layers.FAST));
  }

  @Test
  void readsEveryKey() {
    String block =
        """
        training.model {
          stem = cifar
          stride-in = second
          blocks = [1, 2]
          width = 16
          layers = stock
        }
        """;
    assertThat(ConfigurationOnDisk.read(block).model())
        .isEqualTo(new ModelConfig(Stem.CIFAR, StrideIn.SECOND, List.of(1, 2), 16, Layers.STOCK));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          stem      | pool     | must be imagenet or cifar, found "pool"
          stride-in | third    | must be first or second, found "third"
          blocks    | 3        | must be a list of whole numbers, found 3
          blocks    | [3, "x"] | must be a list of whole numbers, found [3,"x"]
          blocks    | []       | must be a list of at least one number, each at least 1, found []
          blocks    | [3, 0]   | must be a list of at least one number, each at least 1, found [3,0]
          width     | 0        | must be at least 1, found 0
          layers    | slow     | must be fast or stock, found "slow"
          """)
  void saysWhatIsWrong(String key, String value, String problem) {
    assertThat(ConfigurationOnDisk.problems("training.model." + key + " = " + value))
        .isEqualTo(ConfigurationOnDisk.onLine3("model." + key, problem));
  }

  @Test
  void describesTheNetworkForImagesOfADataset() {
    assertThat(
            new ModelConfig(Stem.CIFAR, StrideIn.SECOND, List.of(1, 2), 16, Layers.STOCK)
                .network(24, 7))
        .isEqualTo(
            new NetworkSpec(
                24, 3, 7, Stem.CIFAR, StrideIn.SECOND, List.of(1, 2), 16, Layers.STOCK));
  }
}
