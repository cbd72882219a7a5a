package dev.sparkresnet.model.optimizer;

import java.io.Serializable;

/**
 * How the learning rate changes in the course of training.
 *
 * <p>Time is counted in epochs done, not in steps, so that a schedule means the same at every batch
 * size and a resumed job continues where it stopped.
 */
public sealed interface LearningRateSchedule extends Serializable {

  /**
   * The learning rate of the step that begins after {@code epoch} epochs.
   *
   * @param base the optimizer's learning rate
   * @param epoch epochs done; a fraction within an epoch
   */
  double learningRateAt(double base, double epoch);

  /**
   * Multiplies the learning rate by a factor after every so many epochs.
   *
   * @param everyEpochs epochs between two changes
   * @param factor what each change multiplies by, above 0 and at most 1
   */
  record StepDecay(int everyEpochs, double factor) implements LearningRateSchedule {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public StepDecay {
      OptimizerSpec.require(
          everyEpochs >= 1, "epochs between decays must be at least 1", everyEpochs);
      OptimizerSpec.require(
          factor > 0 && factor <= 1, "decay factor must be above 0 and at most 1", factor);
    }

    @Override
    public double learningRateAt(double base, double epoch) {
      return base * Math.pow(factor, Math.floor(epoch / everyEpochs));
    }
  }

  /**
   * Rises linearly from a tenth of what another schedule says to all of it (Goyal et al. 2017,
   * arXiv 1706.02677).
   *
   * @param warmUpEpochs epochs of the rise
   * @param schedule in force from the start, and alone from then on
   */
  record WarmUp(double warmUpEpochs, LearningRateSchedule schedule)
      implements LearningRateSchedule {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public WarmUp {
      OptimizerSpec.require(warmUpEpochs >= 0, "warm-up epochs must be at least 0", warmUpEpochs);
    }

    @Override
    public double learningRateAt(double base, double epoch) {
      double full = schedule.learningRateAt(base, epoch);
      return epoch < warmUpEpochs ? full * warmUpFraction(epoch / warmUpEpochs) : full;
    }
  }

  private static double warmUpFraction(double done) {
    double start = 0.1;
    return start + (1 - start) * done;
  }

  /**
   * Rises linearly from a tenth of the base learning rate (Goyal et al. 2017, arXiv 1706.02677),
   * then falls along half a cosine (Loshchilov and Hutter 2017, arXiv 1608.03983).
   *
   * @param warmUpEpochs epochs until the base learning rate is reached
   * @param totalEpochs epochs until the final learning rate is reached
   * @param finalLearningRate the learning rate from then on
   */
  record WarmUpCosine(double warmUpEpochs, double totalEpochs, double finalLearningRate)
      implements LearningRateSchedule {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public WarmUpCosine {
      OptimizerSpec.require(warmUpEpochs >= 0, "warm-up epochs must be at least 0", warmUpEpochs);
      OptimizerSpec.require(
          totalEpochs > warmUpEpochs, "total epochs must exceed the warm-up", totalEpochs);
      OptimizerSpec.require(
          finalLearningRate >= 0, "final learning rate must be at least 0", finalLearningRate);
    }

    @Override
    public double learningRateAt(double base, double epoch) {
      if (epoch < warmUpEpochs) {
        return base * warmUpFraction(epoch / warmUpEpochs);
      }
      double done = Math.min(1, (epoch - warmUpEpochs) / (totalEpochs - warmUpEpochs));
      return finalLearningRate + (base - finalLearningRate) * (1 + Math.cos(Math.PI * done)) / 2;
    }
  }
}
