package dev.sparkresnet.job.checkpoint;

import dev.sparkresnet.datasets.CifarFormat;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.model.Layers;
import dev.sparkresnet.model.NetworkSpec;
import dev.sparkresnet.model.OptimizerSpec;
import dev.sparkresnet.model.ResNet;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** The network of a checkpoint in DL4J's own layers, which plain DL4J can restore and train. */
public final class StockNetwork {
  private static final long ANY_SEED = 0;

  private StockNetwork() {}

  /**
   * Restores weights, batch-norm statistics and optimiser state of an epoch.
   *
   * <p>Its learning rate is the one that the schedule has come to, as the schedule itself is not
   * DL4J's.
   *
   * @throws dev.sparkresnet.job.failure.StorageException if the checkpoint cannot be read
   */
  public static ComputationGraph restore(CheckpointStore checkpoints, int epoch) {
    StoredCheckpoint checkpoint = checkpoints.of(epoch);
    TrainingConfig training =
        ResolvedConfiguration.parse(checkpoint.configuration(), "configuration of epoch " + epoch)
            .training();
    NetworkSpec spec =
        training.model().network(CifarFormat.SIDE, CifarFormat.CLASSES).withLayers(Layers.STOCK);
    OptimizerSpec optimizer = training.optimizer().optimizer(training.replicas());
    ComputationGraph network = ResNet.create(spec, optimizer, ANY_SEED);
    checkpoints.restore(checkpoint, network);
    network.setLearningRate(optimizer.learningRateAt(epoch));
    return network;
  }
}
