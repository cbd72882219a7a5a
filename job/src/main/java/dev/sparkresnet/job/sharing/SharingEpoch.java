package dev.sparkresnet.job.sharing;

import dev.sparkresnet.job.replica.EpochPlan;
import dev.sparkresnet.job.replica.Replica;
import dev.sparkresnet.job.replica.ReplicaReport;
import dev.sparkresnet.job.replica.ReplicaSetup;
import dev.sparkresnet.job.replica.ReplicaTask;
import dev.sparkresnet.job.replica.SharingReport;
import dev.sparkresnet.job.replica.TrainingLoop;
import dev.sparkresnet.job.spark.Rendezvous;
import dev.sparkresnet.job.state.FlatVector;
import dev.sparkresnet.job.state.NetworkState;
import dev.sparkresnet.job.transport.Traffic;
import dev.sparkresnet.job.transport.UpdateMesh;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Some steps of gradient sharing, as one replica sees it.
 *
 * <p>All replicas start together and finish together: nobody leaves before every update that was
 * sent has arrived everywhere. Replicas that are asked to stop do so at different steps; those
 * behind then catch up with the one ahead.
 */
final class SharingEpoch extends ReplicaTask<DataSet, SharingEpoch.Result> {
  private final EpochPlan plan;
  private final Broadcast<NetworkState> state;

  /**
   * What one or more replicas bring back.
   *
   * @param velocitySum sum of the states of their optimisers
   */
  record Result(List<ReplicaReport> reports, FlatVector velocitySum) implements Serializable {

    /** Adds another result to this one, whose sum is changed in place. */
    Result plus(Result other) {
      List<ReplicaReport> all = new ArrayList<>(reports);
      all.addAll(other.reports);
      all.sort(Comparator.comparingInt(ReplicaReport::replica));
      velocitySum.add(other.velocitySum);
      return new Result(all, velocitySum);
    }
  }

  /**
   * Where the replicas are when all of them have come to a halt.
   *
   * @param updates that all of them together have sent since the run began
   */
  private record Meeting(List<Integer> steps, long updates) {

    /** Waits for all others. */
    static Meeting of(String purpose, TrainingLoop loop, UpdateMesh mesh, BarrierTaskContext task) {
      List<String[]> numbers =
          Rendezvous.allGather(task, purpose, loop.step() + " " + mesh.sent().updates()).stream()
              .map(one -> one.split(" ", -1))
              .toList();
      return new Meeting(
          numbers.stream().map(one -> Integer.valueOf(one[0])).toList(),
          numbers.stream().mapToLong(one -> Long.parseLong(one[1])).sum());
    }

    int furthest() {
      return Collections.max(steps);
    }

    boolean isTogether() {
      return Collections.min(steps) == furthest();
    }
  }

  SharingEpoch(ReplicaSetup setup, EpochPlan plan, Broadcast<NetworkState> state) {
    super(setup);
    this.plan = plan;
    this.state = state;
  }

  @Override
  protected Result run(Iterator<DataSet> minibatches, BarrierTaskContext task) {
    Replica replica = Replica.of(setup);
    UpdateMesh mesh = replica.joinedMesh();
    Traffic sentBefore = mesh.sent();
    Map<String, Traffic> receivedBefore = mesh.received();
    // Nobody sends before all have taken note of what had arrived until now.
    List<String> unused = Rendezvous.allGather(task, "start", "");
    replica.start(plan, state);
    SharedUpdates exchange = new SharedUpdates(replica, mesh, plan);
    TrainingLoop loop =
        new TrainingLoop(
            replica, plan, task.partitionId(), minibatches, exchange, mesh::tellDriver);
    trainTogether(loop, mesh, task);
    replica.onOwnThread(replica::applyArrivedUpdates);
    SharingReport sharing =
        new SharingReport(
            mesh.sent().minus(sentBefore),
            mesh.sent().updates(),
            difference(mesh.received(), receivedBefore),
            exchange.samples(),
            replica.threshold());
    ReplicaReport report = loop.report(mesh.endpoint().toString(), sharing);
    return new Result(List.of(report), replica.velocity());
  }

  private void trainTogether(TrainingLoop loop, UpdateMesh mesh, BarrierTaskContext task) {
    loop.train(Replica.of(setup)::isAskedToStop);
    Meeting meeting = Meeting.of("halt", loop, mesh, task);
    if (!meeting.isTogether()) {
      loop.trainTo(meeting.furthest());
      meeting = Meeting.of("end", loop, mesh, task);
    }
    mesh.awaitReceived(meeting.updates() - mesh.sent().updates(), setup.sharing().timeout());
  }

  private static Map<String, Traffic> difference(
      Map<String, Traffic> now, Map<String, Traffic> before) {
    Map<String, Traffic> difference = new TreeMap<>();
    now.forEach(
        (peer, traffic) ->
            difference.put(peer, traffic.minus(before.getOrDefault(peer, Traffic.NONE))));
    return difference;
  }
}
