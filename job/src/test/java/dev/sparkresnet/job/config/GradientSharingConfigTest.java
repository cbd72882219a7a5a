package dev.sparkresnet.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.config.GradientSharingConfig.Combine;
import dev.sparkresnet.job.config.GradientSharingConfig.Encoding;
import dev.sparkresnet.job.config.GradientSharingConfig.Precision;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GradientSharingConfigTest {
  @Test
  void defaultsEqualTheReference() {
    assertThat(ConfigurationOnDisk.read().gradientSharing())
        .isEqualTo(
            new GradientSharingConfig(
                Encoding.THRESHOLD,
                Precision.FLOAT32,
                0,
                1e-4,
                1e-4,
                1e-2,
                5.0,
                5,
                Combine.AVERAGE,
                new PortRange(40123, 40323),
                "",
                Duration.ofSeconds(60)));
  }

  @Test
  void readsEveryKey() {
    String block =
        """
        training.gradient-sharing {
          encoding = dense
          dense-precision = bfloat16
          staleness = 2
          threshold = 2e-3
          minimum-sparsity = 0.001
          maximum-sparsity = 0.05
          residual-clip = 4
          residual-clip-every = 10
          combine = sum
          port-range = 5000 - 5004
          network-mask = "10.0.0.0/16"
          timeout = 5 minutes
        }
        """;
    assertThat(ConfigurationOnDisk.read(block).gradientSharing())
        .isEqualTo(
            new GradientSharingConfig(
                Encoding.DENSE,
                Precision.BFLOAT16,
                2,
                2e-3,
                0.001,
                0.05,
                4.0,
                10,
                Combine.SUM,
                new PortRange(5000, 5004),
                "10.0.0.0/16",
                Duration.ofMinutes(5)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          combine             | product | must be average or sum, found "product"
          encoding            | zip     | must be threshold or dense, found "zip"
          dense-precision     | double  | must be float32 or bfloat16, found "double"
          staleness           | -1      | must be at least 0, found -1
          threshold           | 0       | must be greater than 0, found 0
          minimum-sparsity    | 0       | must be greater than 0 and at most 1, found 0
          minimum-sparsity    | 0.01    | must be less than maximum-sparsity = 0.01, found 0.01
          maximum-sparsity    | 2       | must be greater than 0 and at most 1, found 2
          residual-clip       | 0       | must be greater than 0, found 0
          residual-clip-every | 0       | must be at least 1, found 0
          port-range          | 40123   | must be two ports from 1 to 65535 in ascending order, such as 40123-40323, found 40123
          port-range          | 9-8     | must be two ports from 1 to 65535 in ascending order, such as 40123-40323, found "9-8"
          port-range          | 0-8     | must be two ports from 1 to 65535 in ascending order, such as 40123-40323, found "0-8"
          port-range          | 9-65536 | must be two ports from 1 to 65535 in ascending order, such as 40123-40323, found "9-65536"
          port-range          | 8-8     | must hold a port for each of 2 replicas, found 8-8
          network-mask        | {}      | must be a text, found a block
          timeout             | 60      | must be a duration with its unit, such as 90 seconds, and not negative, found 60
          timeout             | soon    | must be a duration with its unit, such as 90 seconds, and not negative, found "soon"
          timeout             | 0 s     | must be longer than 0, found "0 s"
          """)
  void saysWhatIsWrong(String key, String value, String problem) {
    assertThat(ConfigurationOnDisk.problems("training.gradient-sharing." + key + " = " + value))
        .isEqualTo(ConfigurationOnDisk.onLine3("gradient-sharing." + key, problem));
  }

  @ParameterizedTest
  @ValueSource(strings = {"resynchronise = weekly", "drift-limit = 0"})
  void settingsOfAnEarlierVersionDecideNothing(String setting) {
    assertThat(ConfigurationOnDisk.read("training.gradient-sharing." + setting))
        .isEqualTo(ConfigurationOnDisk.read());
  }
}
