package dev.sparkresnet.job.checkpoint;

import dev.sparkresnet.job.config.ModelConfig;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.failure.Reason;
import dev.sparkresnet.job.failure.StorageException;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.model.ResNet;
import dev.sparkresnet.model.network.Layers;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.optimizer.OptimizerSpec;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** The network of a checkpoint in DL4J's own layers, which plain DL4J can restore and train. */
public final class StockNetwork {
  private static final long ANY_SEED = 0;

  private StockNetwork() {}

  /**
   * Restores weights, batch-norm statistics and optimiser state of an epoch.
   *
   * <p>Its learning rate is the one that the schedule and the roll-backs have come to, as neither
   * is DL4J's.
   *
   * @throws StorageException if the checkpoint cannot be read
   */
  public static ComputationGraph restore(CheckpointStore checkpoints, int epoch) {
    StoredCheckpoint checkpoint = checkpoints.of(epoch);
    TrainingConfig training =
        ResolvedConfiguration.parse(checkpoint.configuration(), "configuration of epoch " + epoch)
            .training();
    NetworkSpec spec = spec(training.model(), checkpoint).withLayers(Layers.STOCK);
    OptimizerSpec optimizer = training.optimizer().optimizer(training.replicas());
    ComputationGraph network = ResNet.create(spec, optimizer, ANY_SEED);
    checkpoints.restore(checkpoint, network);
    network.setLearningRate(
        training.recovery().learningRateFactor(checkpoint.progress().rollBacks())
            * optimizer.learningRateAt(epoch));
    return network;
  }

  private static NetworkSpec spec(ModelConfig model, StoredCheckpoint checkpoint) {
    NetworkSpec spec = network(model, checkpoint);
    if (spec.fewestParameters() > checkpoint.parameters()) {
      throw new StorageException(
          "Cannot read checkpoint %s: its configuration is that of a larger network"
              .formatted(checkpoint.path()));
    }
    return spec;
  }

  private static NetworkSpec network(ModelConfig model, StoredCheckpoint checkpoint) {
    try {
      return model.network();
    } catch (UserErrorException e) {
      throw new StorageException(
          "Cannot read checkpoint %s: %s".formatted(checkpoint.path(), Reason.of(e)), e);
    }
  }
}
