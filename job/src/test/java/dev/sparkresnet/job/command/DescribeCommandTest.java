package dev.sparkresnet.job.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescribeCommandTest {
  @Test
  void showsTheClassicShapesForImageNet() {
    CommandRun run =
        CommandRun.of("describe", "--batch", "10", "--input-size", "224", "--classes", "1000");
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains(
            "10x64x112x112",
            "10x64x56x56",
            "10x256x56x56",
            "10x512x28x28",
            "10x1024x14x14",
            "10x2048x7x7",
            "10x2048x1x1",
            "10x1000",
            "25,557,096");
  }

  @Test
  void showsTheDefaultNetworkWithoutAnyPaths() {
    assertThat(CommandRun.of("describe").out()).contains("1x64x16x16", "1x10", "23,528,586");
  }

  @Test
  void followsTheConfiguration() {
    assertThat(CommandRun.of("describe", "--set", "model.stem=cifar").out())
        .contains("1x64x32x32")
        .doesNotContain("pool1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --input-size=8        | Cannot build network: input size must be at least 32, found 8
          --classes=1           | Cannot build network: classes must be at least 2, found 1
          --batch=0             | Cannot describe network: --batch must be at least 1, found 0
          --set=model.width=0   | Cannot read configuration: --set model.width=0: must be at least 1, found "0"
          """)
  void saysWhatIsWrong(String option, String problem) {
    assertThat(CommandRun.of("describe", option)).isEqualTo(new CommandRun(2, "", problem + "\n"));
  }
}
