package dev.sparkresnet.job.averaging;

import dev.sparkresnet.job.network.LocalAddress;
import dev.sparkresnet.job.replica.EpochPlan;
import dev.sparkresnet.job.replica.LocalUpdates;
import dev.sparkresnet.job.replica.Replica;
import dev.sparkresnet.job.replica.ReplicaReport;
import dev.sparkresnet.job.replica.ReplicaSetup;
import dev.sparkresnet.job.replica.ReplicaTask;
import dev.sparkresnet.job.replica.SharingReport;
import dev.sparkresnet.job.replica.TrainingLoop;
import dev.sparkresnet.job.state.FlatVector;
import dev.sparkresnet.job.state.NetworkState;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.nd4j.linalg.dataset.DataSet;
import scala.Tuple2;

/**
 * A stretch of an epoch in which every replica trains for itself, from the same state, before their
 * parameters and velocities are averaged.
 *
 * <p>The result travels in pieces, so that every executor can average one of them: as much work for
 * each, however many replicas there are.
 */
final class AveragingRound extends ReplicaTask<DataSet, AveragingRound.Result> {
  private final EpochPlan plan;
  private final Broadcast<NetworkState> state;

  /** What a replica brings back. */
  record Result(ReplicaReport report, FlatVector parameters, FlatVector velocity)
      implements Serializable {

    /** Cuts it into as many pieces as there are replicas. */
    Iterator<Tuple2<Integer, Piece>> pieces(int count) {
      return IntStream.range(0, count)
          .mapToObj(
              index ->
                  new Tuple2<>(
                      index,
                      new Piece(
                          report, part(parameters, index, count), part(velocity, index, count))))
          .iterator();
    }

    private static FlatVector part(FlatVector vector, int index, int count) {
      long length = vector.length();
      return vector.slice((int) (length * index / count), (int) (length * (index + 1) / count));
    }
  }

  /** A part of a result. */
  record Piece(ReplicaReport report, FlatVector parameters, FlatVector velocity)
      implements Serializable {}

  /** The averages of one piece over all replicas. */
  record Average(List<ReplicaReport> reports, FlatVector parameters, FlatVector velocity)
      implements Serializable {

    /** Takes the replicas in order, so that the sums are the same bits every time. */
    static Average of(Iterable<Piece> pieces) {
      List<Piece> ordered = new ArrayList<>();
      pieces.forEach(ordered::add);
      ordered.sort(Comparator.comparingInt(piece -> piece.report().replica()));
      return new Average(
          ordered.stream().map(Piece::report).toList(),
          FlatVector.mean(ordered.stream().map(Piece::parameters).toList()),
          FlatVector.mean(ordered.stream().map(Piece::velocity).toList()));
    }
  }

  AveragingRound(ReplicaSetup setup, EpochPlan plan, Broadcast<NetworkState> state) {
    super(setup);
    this.plan = plan;
    this.state = state;
  }

  @Override
  protected Result run(Iterator<DataSet> minibatches, BarrierTaskContext task) {
    Replica replica = Replica.of(setup);
    replica.start(state);
    TrainingLoop loop =
        new TrainingLoop(
            replica,
            plan,
            task.partitionId(),
            minibatches,
            new LocalUpdates(replica),
            report -> {});
    loop.train(() -> false);
    ReplicaReport report = loop.report(LocalAddress.sparkHost(), SharingReport.NONE);
    return new Result(report, replica.parameters(), replica.velocity());
  }
}
