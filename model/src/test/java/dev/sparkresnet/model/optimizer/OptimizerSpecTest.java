package dev.sparkresnet.model.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sparkresnet.model.optimizer.LearningRateSchedule.StepDecay;
import dev.sparkresnet.model.optimizer.LearningRateSchedule.WarmUp;
import dev.sparkresnet.model.optimizer.LearningRateSchedule.WarmUpCosine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptimizerSpecTest {
  private static final StepDecay EVERY_SEVEN = new StepDecay(7, 0.1);

  @ParameterizedTest
  @CsvSource({
    "0, 0.02",
    "6.99, 0.02",
    "7, 0.002",
    "13.99, 0.002",
    "14, 0.0002",
    "19.5, 0.0002",
  })
  void stepDecayDividesByTenEverySevenEpochs(double epoch, double expected) {
    OptimizerSpec optimizer = new OptimizerSpec(0.02, 0.9, 5e-4, EVERY_SEVEN);
    assertThat(optimizer.learningRateAt(epoch)).isCloseTo(expected, within(1e-12));
  }

  // After a quarter of the cosine (1 + cos 45°) / 2 of the way down is left.
  @ParameterizedTest
  @CsvSource({
    "0, 0.04",
    "2.5, 0.22",
    "5, 0.4",
    "10, 0.3420071427",
    "15, 0.202",
    "25, 0.004",
    "40, 0.004",
  })
  void warmUpCosineRisesThenFalls(double epoch, double expected) {
    OptimizerSpec optimizer = new OptimizerSpec(0.4, 0.9, 5e-4, new WarmUpCosine(5, 25, 0.004));
    assertThat(optimizer.learningRateAt(epoch)).isCloseTo(expected, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({"0, 0.002", "2, 0.011", "4, 0.02", "7, 0.002"})
  void warmUpRisesToAnotherSchedule(double epoch, double expected) {
    OptimizerSpec optimizer = new OptimizerSpec(0.02, 0.9, 5e-4, new WarmUp(4, EVERY_SEVEN));
    assertThat(optimizer.learningRateAt(epoch)).isCloseTo(expected, within(1e-12));
  }

  @Test
  void rejectsValuesOutOfRange() {
    assertRejected(
        () -> new OptimizerSpec(0, 0.9, 0, EVERY_SEVEN),
        "learning rate must be above 0, found 0.0");
    assertRejected(
        () -> new OptimizerSpec(0.1, 1, 0, EVERY_SEVEN),
        "momentum must be at least 0 and less than 1, found 1.0");
    assertRejected(
        () -> new OptimizerSpec(0.1, 0.9, -1, EVERY_SEVEN),
        "weight decay must be at least 0, found -1.0");
    assertRejected(
        () -> new StepDecay(0, 0.1), "epochs between decays must be at least 1, found 0.0");
    assertRejected(
        () -> new StepDecay(7, 0), "decay factor must be above 0 and at most 1, found 0.0");
    assertRejected(
        () -> new WarmUp(-1, EVERY_SEVEN), "warm-up epochs must be at least 0, found -1.0");
    assertRejected(
        () -> new WarmUpCosine(-1, 5, 0), "warm-up epochs must be at least 0, found -1.0");
    assertRejected(
        () -> new WarmUpCosine(5, 5, 0), "total epochs must exceed the warm-up, found 5.0");
    assertRejected(
        () -> new WarmUpCosine(0, 5, -1), "final learning rate must be at least 0, found -1.0");
  }

  private static void assertRejected(Runnable construction, String why) {
    assertThatThrownBy(construction::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot build optimizer: " + why);
  }
}
