package dev.sparkresnet.job.state;

import java.io.Serializable;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Everything in a network that training changes.
 *
 * @param parameters the flat parameters, batch-norm statistics included
 * @param velocity the state of the optimiser, as DL4J's updater lays it out
 * @param threshold the threshold that the encoding of updates starts with
 */
public record NetworkState(FlatVector parameters, FlatVector velocity, double threshold)
    implements Serializable {

  /** The state that the network has now. */
  public static NetworkState of(ComputationGraph network, double threshold) {
    return new NetworkState(
        FlatVector.copyOf(network.params()),
        FlatVector.copyOf(network.getUpdater().getStateViewArray()),
        threshold);
  }

  /** Sets the state of a network of the same layers. */
  public void copyInto(ComputationGraph network) {
    parameters.copyInto(network.params());
    velocity.copyInto(network.getUpdater().getStateViewArray());
  }
}
