package dev.sparkresnet.job.epoch;

import dev.sparkresnet.job.replica.EpochPlan;
import dev.sparkresnet.job.state.NetworkState;
import java.io.Closeable;
import org.apache.spark.broadcast.Broadcast;

/** A way for the replicas of a run to train an epoch together. */
public interface EpochTrainer extends Closeable {

  /**
   * Brings the replicas together before the first epoch.
   *
   * @throws IllegalStateException if one of them cannot reach the others
   */
  void join();

  /**
   * Trains some steps of an epoch, fewer than planned after a {@link #stop}. Afterwards the
   * parameters and the optimiser's state of the driver's network are the result.
   *
   * @param start the driver's state
   * @throws IllegalStateException if a replica did not do its share, or what one of them sent did
   *     not reach all others
   */
  EpochOutcome train(
      TrainingData data, EpochPlan plan, Broadcast<NetworkState> start, ProgressLog progress);

  /** Asks the replicas to train no further, for good; all end after the same step. */
  void stop();

  @Override
  void close();
}
