package dev.sparkresnet.job.training;

import java.io.Serializable;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * What a replica starts an epoch from.
 *
 * @param parameters the flat parameters, batch-norm statistics included
 * @param velocity the state of the optimiser, as DL4J's updater lays it out
 * @param threshold the threshold that the encoding of updates starts with
 */
record NetworkState(FlatVector parameters, FlatVector velocity, double threshold)
    implements Serializable {

  static NetworkState of(ComputationGraph network, double threshold) {
    return new NetworkState(
        FlatVector.copyOf(network.params()),
        FlatVector.copyOf(network.getUpdater().getStateViewArray()),
        threshold);
  }

  void copyInto(ComputationGraph network) {
    parameters.copyInto(network.params());
    velocity.copyInto(network.getUpdater().getStateViewArray());
  }
}
