package dev.sparkresnet.job.explain;

import dev.sparkresnet.datasets.ShardPlan;
import dev.sparkresnet.job.config.GradientSharingConfig;
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
   * Bytes that one replica sends at once: with gradient sharing after every step, with parameter
   * averaging the parameters and the velocity.
   *
   * @param everySteps how often
   * @param most with all numbers: its update to the owners, and its part of the sums to all
   * @param typical at the upper end of the sparsity that the threshold adapts to
   */
  record Transfer(int everySteps, long most, long typical) {
    /** What codes take beyond the entropy (measured: 5 to 10 %). */
    private static final double CODES = 1.1;

    private static Transfer ofUpdates(
        GradientSharingConfig sharing, long parameters, int replicas) {
      double toOthers = (double) (replicas - 1) / replicas;
      long size =
          sharing.densePrecision() == GradientSharingConfig.Precision.BFLOAT16
              ? Short.BYTES
              : Float.BYTES;
      long all = Math.round(2 * toOthers * parameters * size);
      double sparsity = sharing.maximumSparsity();
      double bits = entropy(sparsity) + sparsity + ofSum(replicas, sparsity);
      long few = Math.round(CODES * toOthers * parameters * bits / Byte.SIZE);
      return new Transfer(
          1,
          all,
          sharing.encoding() == GradientSharingConfig.Encoding.DENSE ? all : Math.min(few, all));
    }

    /** Bits of whether something is so, by how likely it is. */
    private static double entropy(double share) {
      return share >= 1
          ? 0
          : -(share * Math.log(share) + (1 - share) * Math.log1p(-share)) / Math.log(2);
    }

    /**
     * Bits of the sum of counts that are independently 1 or -1 with a probability, else 0: as if
     * few of them met, or as many that their sum is normally distributed.
     */
    private static double ofSum(int replicas, double sparsity) {
      double changed = 1 - Math.pow(1 - sparsity, replicas);
      double variance = replicas * sparsity;
      return variance < 0.3
          ? entropy(changed) + changed
          : Math.log(2 * Math.PI * Math.E * variance) / Math.log(2) / 2;
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
          Transfer.ofUpdates(config.gradientSharing(), network.parameters(), config.replicas());
      case PARAMETER_AVERAGING -> {
        long all = network.parameterBytes() + network.velocityBytes();
        yield new Transfer(config.parameterAveraging().everySteps(), all, all);
      }
    };
  }
}
