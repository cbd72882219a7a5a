package dev.sparkresnet.model.optimizer;

import java.io.Serializable;
import java.util.Objects;

/**
 * The values of stochastic gradient descent with Nesterov momentum and weight decay.
 *
 * <p>Weight decay is added to the gradient before momentum, as PyTorch's SGD does, on every weight
 * and bias of a convolution or dense layer; the scales and shifts of batch norm are not decayed.
 *
 * @param learningRate the base learning rate that the schedule scales
 * @param momentum the share of the last step's velocity that is kept, 0 to below 1
 * @param weightDecay the multiple of a weight that is added to its gradient
 * @param schedule how the learning rate changes with the epochs done
 */
public record OptimizerSpec(
    double learningRate, double momentum, double weightDecay, LearningRateSchedule schedule)
    implements Serializable {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  public OptimizerSpec {
    require(learningRate > 0, "learning rate must be above 0", learningRate);
    require(momentum >= 0 && momentum < 1, "momentum must be at least 0 and less than 1", momentum);
    require(weightDecay >= 0, "weight decay must be at least 0", weightDecay);
    Objects.requireNonNull(schedule, "schedule");
  }

  /**
   * The learning rate of the step that begins after {@code epoch} epochs.
   *
   * @param epoch steps done divided by the steps of an epoch; a fraction within an epoch
   */
  public double learningRateAt(double epoch) {
    return schedule.learningRateAt(learningRate, epoch);
  }

  static void require(boolean holds, String rule, double value) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Cannot build optimizer: %s, found %s".formatted(rule, value));
    }
  }
}
