package dev.sparkresnet.job.training;

import dev.sparkresnet.datasets.CifarFormat;
import dev.sparkresnet.job.config.ModelConfig;
import dev.sparkresnet.job.config.OptimizerConfig;
import dev.sparkresnet.model.LearningRateSchedule;
import dev.sparkresnet.model.NetworkSpec;
import dev.sparkresnet.model.OptimizerSpec;
import dev.sparkresnet.model.Stem;
import dev.sparkresnet.model.StrideIn;

/** What the configuration says, in the terms of the model. */
public final class Specifications {
  private Specifications() {}

  /**
   * The network for CIFAR-10.
   *
   * @throws MendableException if there is no such network
   */
  public static NetworkSpec network(ModelConfig config) {
    try {
      return resNet(config);
    } catch (IllegalArgumentException e) {
      throw new MendableException(e.getMessage(), e);
    }
  }

  private static NetworkSpec resNet(ModelConfig config) {
    return NetworkSpec.resNet50(CifarFormat.SIDE, CifarFormat.CLASSES)
        .withStem(Stem.valueOf(config.stem().name()))
        .withStrideIn(StrideIn.valueOf(config.strideIn().name()))
        .withBlocks(config.blocks())
        .withWidth(config.width());
  }

  static OptimizerSpec optimizer(OptimizerConfig config) {
    return new OptimizerSpec(
        config.learningRate(), config.momentum(), config.weightDecay(), schedule(config));
  }

  private static LearningRateSchedule schedule(OptimizerConfig config) {
    return switch (config.schedule()) {
      case STEP ->
          new LearningRateSchedule.StepDecay(config.step().everyEpochs(), config.step().factor());
      case COSINE ->
          new LearningRateSchedule.WarmUpCosine(
              config.cosine().warmUpEpochs(), config.epochs(), config.cosine().finalLearningRate());
    };
  }
}
