package dev.sparkresnet.job.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sparkresnet.model.LearningRateSchedule;
import dev.sparkresnet.model.OptimizerSpec;
import org.junit.jupiter.api.Test;

class EpochPlanTest {
  private static final OptimizerSpec OPTIMIZER =
      new OptimizerSpec(0.02, 0.9, 5e-4, new LearningRateSchedule.StepDecay(7, 0.1));

  @Test
  void countsStepsOverTheWholeRun() {
    assertThat(new EpochPlan(1, 40).iteration(0)).isZero();
    assertThat(new EpochPlan(3, 40).iteration(5)).isEqualTo(85);
  }

  @Test
  void theScheduleFollowsTheEpochAndNotTheProcess() {
    assertThat(new EpochPlan(7, 40).learningRate(OPTIMIZER, 39)).isEqualTo(0.02);
    assertThat(new EpochPlan(8, 40).learningRate(OPTIMIZER, 0)).isCloseTo(0.002, within(1e-12));
  }

  @Test
  void replicasShareOneStep() {
    assertThat(new EpochPlan(1, 40).replicaLearningRate(OPTIMIZER, 0, 4)).isEqualTo(0.005);
  }
}
