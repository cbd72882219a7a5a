package dev.sparkresnet.job.epoch;

import dev.sparkresnet.job.replica.EpochPlan;
import dev.sparkresnet.job.spark.Placement;
import dev.sparkresnet.job.state.NetworkState;
import java.io.Closeable;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;

/** A way for the replicas of a run to train an epoch together. */
public interface EpochTrainer extends Closeable {

  /**
   * Brings the replicas together before the first epoch.
   *
   * @return where they are, by number
   * @throws IllegalStateException if one of them cannot reach the others
   */
  List<Placement> join();

  /**
   * Trains some steps of an epoch, fewer than planned after a {@link #stop}. Afterwards the
   * parameters and the optimiser's state of the driver's network are those of the outcome.
   *
   * @param start the driver's state
   * @throws IllegalStateException if a replica did not do its share, or they are not all the same
   */
  EpochOutcome train(
      TrainingData data, EpochPlan plan, Broadcast<NetworkState> start, ProgressLog progress);

  /** Asks the replicas to train no further, for good; all end after the same step. */
  void stop();

  @Override
  void close();
}
