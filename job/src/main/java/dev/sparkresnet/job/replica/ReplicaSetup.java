package dev.sparkresnet.job.replica;

import dev.sparkresnet.job.config.GradientSharingConfig;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.device.JvmDevice;
import dev.sparkresnet.job.device.ReplicaDevice;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.memory.OffHeapLimit;
import dev.sparkresnet.job.network.LocalAddress;
import dev.sparkresnet.model.ResNet;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.optimizer.OptimizerSpec;
import java.io.Serializable;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * What every executor has to know of a run, the same for all replicas and epochs. A run that starts
 * anew from a checkpoint has a new one.
 *
 * @param runId tells this run's replica from one that an earlier run left in the same JVM
 * @param optimizer with the base learning rate for this number of replicas
 * @param learningRateFactor what the learning rate of the schedule is multiplied by
 * @param updateDivisor what the sum of the replicas' updates is divided by
 * @param device what replicas are allowed to compute on
 */
public record ReplicaSetup(
    String runId,
    NetworkSpec network,
    OptimizerSpec optimizer,
    double learningRateFactor,
    long seed,
    int replicas,
    int updateDivisor,
    TrainingConfig.Device device,
    GradientSharingConfig sharing)
    implements Serializable {

  /**
   * The setup of a new run.
   *
   * @param rollBacks how often the learning rate was made smaller
   */
  public static ReplicaSetup of(TrainingConfig config, int rollBacks) {
    return new ReplicaSetup(
        UUID.randomUUID().toString(),
        config.model().network(),
        config.optimizer().optimizer(config.replicas()),
        config.recovery().learningRateFactor(rollBacks),
        config.seed(),
        config.replicas(),
        config.updateDivisor(),
        config.device(),
        config.gradientSharing());
  }

  /** The learning rate of a step over the global minibatch. */
  public double learningRate(EpochPlan plan, int step) {
    return learningRateFactor * optimizer.learningRateAt(plan.epochsBefore(step));
  }

  /**
   * The learning rate of a step over one replica's minibatch.
   *
   * <p>What replicas share adds up. With the rate divided by their number the sum is their average:
   * the step that one replica would have taken on the whole global minibatch.
   */
  double replicaLearningRate(EpochPlan plan, int step) {
    return learningRate(plan, step) / updateDivisor;
  }

  /**
   * What this executor computes on; on the thread of a Spark task.
   *
   * @throws UserErrorException if there is nothing here that the run is allowed to compute on
   */
  public ReplicaDevice deviceOfThisExecutor() {
    return JvmDevice.ofExecutor(
        device, LocalAddress.executorId(), LocalAddress.sparkHost(), TaskContext.get());
  }

  /**
   * The network with its initial weights, the same everywhere, within the memory that is allowed.
   */
  public ComputationGraph newNetwork() {
    OffHeapLimit.enforce();
    return ResNet.create(network, optimizer, seed);
  }
}
