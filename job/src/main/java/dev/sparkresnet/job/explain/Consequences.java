package dev.sparkresnet.job.explain;

import dev.sparkresnet.datasets.ShardPlan;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.model.NetworkMemory;
import dev.sparkresnet.model.optimizer.OptimizerSpec;
import java.util.OptionalInt;

/**
 * What the settings of a run come to together.
 *
 * @param steps of every replica in an epoch, if the number of images is known
 * @param globalBatch images of one step of all replicas
 * @param learningRates of steps over the global minibatch
 * @param replicaShare what a replica multiplies the learning rate by for its own minibatch
 * @param transfer what goes over the network
 * @param checkpointBytes of the numbers in a checkpoint; the text beside them is less than 1 MB
 */
record Consequences(
    TrainingImages images,
    OptionalInt steps,
    long globalBatch,
    LearningRates learningRates,
    double replicaShare,
    Transfer transfer,
    long checkpointBytes) {

  /**
   * Learning rates after scaling.
   *
   * @param first of the first step
   * @param warmUpEpochs epochs until {@code full} is reached
   * @param full at the end of the warm-up
   * @param last of the first step of the last epoch
   */
  record LearningRates(double first, double warmUpEpochs, double full, double last) {}

  /**
   * Bytes that one replica sends at once. With gradient sharing that is a message after every step:
   * a bitmap of 2 bits for each parameter, or 4 bytes for each parameter that changes and 16 more,
   * whichever is smaller. With parameter averaging it is the parameters and the velocity.
   *
   * @param everySteps how often
   * @param most the largest message
   * @param typical a message at the upper end of the sparsity that the threshold adapts to
   */
  record Transfer(int everySteps, long most, long typical) {
    private static final int PARAMETERS_OF_A_WORD = 16;
    private static final int BITMAP_HEADER_WORDS = 5;
    private static final int LIST_HEADER_WORDS = 4;

    private static Transfer ofMessages(long parameters, double sparsity) {
      long most = Integer.BYTES * (parameters / PARAMETERS_OF_A_WORD + BITMAP_HEADER_WORDS);
      long list = Integer.BYTES * (Math.round(parameters * sparsity) + LIST_HEADER_WORDS);
      return new Transfer(1, most, Math.min(most, list));
    }
  }

  static Consequences of(TrainingConfig config, TrainingImages images) {
    NetworkMemory network = NetworkMemory.of(config.model().network());
    return new Consequences(
        images,
        steps(config, images),
        (long) config.replicas() * config.optimizer().batchSize(),
        learningRates(config),
        1.0 / config.updateDivisor(),
        transfer(config, network),
        network.parameterBytes() + network.velocityBytes());
  }

  private static OptionalInt steps(TrainingConfig config, TrainingImages images) {
    if (images.count().isEmpty() || images.count().getAsInt() < config.replicas()) {
      return OptionalInt.empty();
    }
    ShardPlan shards =
        new ShardPlan(images.count().getAsInt(), config.replicas(), config.optimizer().batchSize());
    return OptionalInt.of(shards.minibatchesPerReplica());
  }

  private static LearningRates learningRates(TrainingConfig config) {
    OptimizerSpec optimizer = config.optimizer().optimizer(config.replicas());
    double warmUp =
        switch (config.optimizer().schedule()) {
          case STEP -> config.optimizer().step().warmUpEpochs();
          case COSINE -> config.optimizer().cosine().warmUpEpochs();
        };
    return new LearningRates(
        optimizer.learningRateAt(0),
        warmUp,
        optimizer.learningRateAt(warmUp),
        optimizer.learningRateAt(config.optimizer().epochs() - 1));
  }

  private static Transfer transfer(TrainingConfig config, NetworkMemory network) {
    return switch (config.master()) {
      case GRADIENT_SHARING ->
          Transfer.ofMessages(network.parameters(), config.gradientSharing().maximumSparsity());
      case PARAMETER_AVERAGING -> {
        long all = network.parameterBytes() + network.velocityBytes();
        yield new Transfer(config.parameterAveraging().everySteps(), all, all);
      }
    };
  }
}
