package dev.sparkresnet.datasets;

import java.io.Serializable;
import java.util.Locale;

/**
 * Who trains on what in an epoch: the ranks of a {@link Shuffle}, dealt to replicas.
 *
 * <p>Global minibatch {@code k} is the ranks from {@code k * replicas * batchSize} on, and replica
 * {@code r} gets the {@code r}-th block of {@code batchSize} ranks of it. So N replicas of batch B
 * see the same global minibatches as one replica of batch N * B. The last global minibatch may be
 * smaller and is dealt in equal blocks too; the {@code examples % replicas} last ranks sit out this
 * epoch, so that all replicas have equally many examples and equally many minibatches.
 *
 * @param batchSize examples of a minibatch of one replica
 */
public record ShardPlan(int examples, int replicas, int batchSize) implements Serializable {
  public ShardPlan {
    if (replicas < 1 || batchSize < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot share out examples over %d replicas in batches of %d: both must be at least 1",
              replicas,
              batchSize));
    }
    if (examples < replicas) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot share out %d examples over %d replicas: each needs at least one",
              examples,
              replicas));
    }
  }

  public int examplesPerReplica() {
    return examples / replicas;
  }

  public int minibatchesPerReplica() {
    return (examplesPerReplica() - 1) / batchSize + 1;
  }

  /** Whether a replica has less than one whole minibatch in an epoch. */
  public boolean isShort() {
    return examplesPerReplica() < batchSize;
  }

  /**
   * Returns the replica that trains on the example of this rank, or -1 if it sits out. Taken in
   * ascending order and cut every {@code batchSize}, the ranks of a replica are its minibatches.
   */
  public int replicaOfRank(int rank) {
    requireRank(rank);
    if (rank >= examplesPerReplica() * replicas) {
      return -1;
    }
    long inGlobalBatch = rank % globalBatchSize();
    return (int) (inGlobalBatch / blockSize(rank / globalBatchSize()));
  }

  /** Returns the global minibatch that the example of this rank is in, counted from 0. */
  public int minibatchOfRank(int rank) {
    requireRank(rank);
    return (int) (rank / globalBatchSize());
  }

  private void requireRank(int rank) {
    if (rank < 0 || rank >= examples) {
      throw new IndexOutOfBoundsException(
          String.format(Locale.ROOT, "rank %d of %d examples", rank, examples));
    }
  }

  private long globalBatchSize() {
    return (long) replicas * batchSize;
  }

  private long blockSize(long minibatch) {
    return Math.min(batchSize, examplesPerReplica() - minibatch * batchSize);
  }
}
