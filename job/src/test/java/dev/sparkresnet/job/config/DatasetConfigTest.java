package dev.sparkresnet.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.config.DatasetConfig.Normalisation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetConfigTest {
  @Test
  void defaultsUseEveryImageAsItIs() {
    assertThat(ConfigurationOnDisk.read().dataset())
        .isEqualTo(new DatasetConfig("data/cifar10", 0, 0, false, Normalisation.SCALE));
  }

  @Test
  void readsEveryKey() {
    String block =
        """
        training.dataset {
          path = "hdfs://host:9000/cifar-10-binary.tar.gz"
          train-limit = 5000
          test-limit = 1000
          augmentation = true
          normalisation = standardise
        }
        """;
    assertThat(ConfigurationOnDisk.read(block).dataset())
        .isEqualTo(
            new DatasetConfig(
                "hdfs://host:9000/cifar-10-binary.tar.gz",
                5000,
                1000,
                true,
                Normalisation.STANDARDISE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          path          | ""        | must not be empty, found ""
          path          | "s3a://KEY:a/b@bucket/x" | must not hold a password; keep it in a Hadoop credential provider or in a properties file that only you can read (submit/job.sh --properties-file), found "s3a://***@bucket/x"
          path          | []        | must be a text, found []
          train-limit   | -1        | must be at least 0, found -1
          train-limit   | 127       | must be 0 or at least replicas * optimizer.batch-size = 128, found 127
          test-limit    | -1        | must be at least 0, found -1
          test-limit    | 1.5       | must be a whole number, found 1.5
          augmentation  | 1         | must be true or false, found 1
          normalisation | whiten    | must be scale or standardise, found "whiten"
          """)
  void saysWhatIsWrong(String key, String value, String problem) {
    assertThat(ConfigurationOnDisk.problems("training.dataset." + key + " = " + value))
        .isEqualTo(ConfigurationOnDisk.onLine3("dataset." + key, problem));
  }
}
