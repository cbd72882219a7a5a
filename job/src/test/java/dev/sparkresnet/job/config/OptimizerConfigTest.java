package dev.sparkresnet.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.config.OptimizerConfig.LearningRateScaling;
import dev.sparkresnet.job.config.OptimizerConfig.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptimizerConfigTest {
  @Test
  void defaultsAreTheReferenceRecipe() {
    assertThat(ConfigurationOnDisk.read().optimizer())
        .isEqualTo(
            new OptimizerConfig(
                64,
                20,
                0.02,
                LearningRateScaling.NONE,
                0.9,
                5e-4,
                Schedule.STEP,
                new StepConfig(0, 7, 0.1),
                new CosineConfig(5, 0.0)));
  }

  @Test
  void readsEveryKey() {
    String block =
        """
        training.optimizer {
          batch-size = 32
          epochs = 90
          learning-rate = 0.1
          learning-rate-scaling = linear
          momentum = 0
          weight-decay = 1e-4
          schedule = cosine
          step { warm-up-epochs = 3, every-epochs = 30, factor = 0.2 }
          cosine { warm-up-epochs = 4, final-learning-rate = 0.001 }
        }
        """;
    assertThat(ConfigurationOnDisk.read(block).optimizer())
        .isEqualTo(
            new OptimizerConfig(
                32,
                90,
                0.1,
                LearningRateScaling.LINEAR,
                0.0,
                1e-4,
                Schedule.COSINE,
                new StepConfig(3, 30, 0.2),
                new CosineConfig(4, 0.001)));
  }

  @ParameterizedTest
  @CsvSource({"none, 0.02", "linear, 0.08", "sqrt, 0.04"})
  void scalesTheLearningRateWithTheReplicas(String scaling, double expected) {
    OptimizerConfig config =
        ConfigurationOnDisk.read("training.optimizer.learning-rate-scaling = " + scaling)
            .optimizer();
    assertThat(config.optimizer(4).learningRate()).isEqualTo(expected);
  }

  @Test
  void warmsUpBeforeTheSteps() {
    OptimizerConfig config =
        ConfigurationOnDisk.read("training.optimizer.step.warm-up-epochs = 4").optimizer();
    assertThat(config.optimizer(1).learningRateAt(2)).isEqualTo(0.02 * 0.55);
    assertThat(config.optimizer(1).learningRateAt(4)).isEqualTo(0.02);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          batch-size                 | many   | must be a whole number, found "many"
          batch-size                 | 0      | must be at least 1, found 0
          batch-size                 | 1e10   | must be a whole number, found 10000000000
          epochs                     | 0      | must be at least 1, found 0
          learning-rate              | 0      | must be greater than 0, found 0
          learning-rate              | fast   | must be a number, found "fast"
          learning-rate              | 1e999  | must be a number, found Infinity
          momentum                   | 1      | must be at least 0 and less than 1, found 1
          momentum                   | -0.1   | must be at least 0 and less than 1, found -0.1
          weight-decay               | -5e-4  | must be at least 0, found -5.0E-4
          schedule                   | linear | must be step or cosine, found "linear"
          step                       | 7      | must be a block, found 7
          learning-rate-scaling      | cube   | must be none or linear or sqrt, found "cube"
          step.warm-up-epochs        | -1     | must be at least 0, found -1
          step.every-epochs          | 0      | must be at least 1, found 0
          step.factor                | 0      | must be greater than 0 and at most 1, found 0
          step.factor                | 1.1    | must be greater than 0 and at most 1, found 1.1
          cosine.warm-up-epochs      | -1     | must be at least 0, found -1
          cosine.final-learning-rate | -1     | must be at least 0, found -1
          """)
  void saysWhatIsWrong(String key, String value, String problem) {
    assertThat(ConfigurationOnDisk.problems("training.optimizer." + key + " = " + value))
        .isEqualTo(ConfigurationOnDisk.onLine3("optimizer." + key, problem));
  }

  @Test
  void refusesCosineScheduleThatCannotFall() {
    assertThat(
            ConfigurationOnDisk.problems(
                "training.optimizer.cosine { warm-up-epochs = 20, final-learning-rate = 0.5 }",
                "training.optimizer.schedule = cosine"))
        .isEqualTo(
            ConfigurationOnDisk.onLine3(
                "optimizer.cosine.warm-up-epochs",
                "must be less than optimizer.epochs = 20, found 20\n"
                    + "conf/bad.conf: 3: training.optimizer.cosine.final-learning-rate: "
                    + "must be at most optimizer.learning-rate = 0.02, found 0.5"));
  }

  @Test
  void acceptsFewEpochsWhenTheCosineScheduleIsNotInForce() {
    assertThat(ConfigurationOnDisk.read("training.optimizer.epochs = 2").optimizer().epochs())
        .isEqualTo(2);
  }
}
