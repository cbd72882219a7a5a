package dev.sparkresnet.job.config;

import dev.sparkresnet.model.optimizer.LearningRateSchedule;
import dev.sparkresnet.model.optimizer.OptimizerSpec;
import java.io.Serializable;

/**
 * The block {@code training.optimizer}: stochastic gradient descent with Nesterov momentum.
 *
 * @param batchSize images per minibatch of one replica
 * @param epochs passes over the training images in all, those before a resume included
 * @param learningRate step size at the start
 * @param learningRateScaling how the step size at the start grows with the number of replicas
 * @param weightDecay factor of the L2 penalty
 * @param schedule which of {@code step} and {@code cosine} is in force
 */
public record OptimizerConfig(
    int batchSize,
    int epochs,
    double learningRate,
    LearningRateScaling learningRateScaling,
    double momentum,
    double weightDecay,
    Schedule schedule,
    StepConfig step,
    CosineConfig cosine)
    implements Serializable {

  /** How the learning rate changes over time. */
  public enum Schedule {
    STEP,
    COSINE
  }

  /** How a learning rate grows with the number of replicas, and so with the global minibatch. */
  public enum LearningRateScaling {
    NONE,
    LINEAR,
    SQRT;

    double factor(int replicas) {
      return switch (this) {
        case NONE -> 1;
        case LINEAR -> replicas;
        case SQRT -> Math.sqrt(replicas);
      };
    }
  }

  /** Refuses a cosine schedule that cannot fall within the epochs there are. */
  public OptimizerConfig {
    boolean cosineInForce = schedule == Schedule.COSINE;
    new CrossFieldRules()
        .require(
            !cosineInForce || cosine.warmUpEpochs() < epochs,
            "cosine.warm-up-epochs",
            "must be less than optimizer.epochs = " + epochs,
            cosine.warmUpEpochs())
        .require(
            !cosineInForce || cosine.finalLearningRate() <= learningRate,
            "cosine.final-learning-rate",
            "must be at most optimizer.learning-rate = " + learningRate,
            cosine.finalLearningRate())
        .check();
  }

  /** The optimizer and its schedule, in the terms of the model, for a number of replicas. */
  public OptimizerSpec optimizer(int replicas) {
    LearningRateSchedule inForce =
        switch (schedule) {
          case STEP ->
              new LearningRateSchedule.WarmUp(
                  step.warmUpEpochs(),
                  new LearningRateSchedule.StepDecay(step.everyEpochs(), step.factor()));
          case COSINE ->
              new LearningRateSchedule.WarmUpCosine(
                  cosine.warmUpEpochs(), epochs, cosine.finalLearningRate());
        };
    return new OptimizerSpec(
        learningRate * learningRateScaling.factor(replicas), momentum, weightDecay, inForce);
  }

  static OptimizerConfig read(ConfigSection section) {
    return new OptimizerConfig(
        section.value("batch-size", ValueReader.INTEGER, Rule.atLeast(1)),
        section.value("epochs", ValueReader.INTEGER, Rule.atLeast(1)),
        section.value("learning-rate", ValueReader.NUMBER, Rule.positive()),
        section.value("learning-rate-scaling", ValueReader.oneOf(LearningRateScaling.class)),
        section.value("momentum", ValueReader.NUMBER, Rule.fractionBelowOne()),
        section.value("weight-decay", ValueReader.NUMBER, Rule.notNegative()),
        section.value("schedule", ValueReader.oneOf(Schedule.class)),
        section.section("step", StepConfig::read),
        section.section("cosine", CosineConfig::read));
  }
}
