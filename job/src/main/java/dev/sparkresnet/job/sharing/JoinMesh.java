package dev.sparkresnet.job.sharing;

import dev.sparkresnet.job.replica.Replica;
import dev.sparkresnet.job.replica.ReplicaSetup;
import dev.sparkresnet.job.replica.ReplicaTask;
import dev.sparkresnet.job.spark.BarrierStage;
import dev.sparkresnet.job.spark.Placement;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Opens the mesh of all replicas before the first minibatch: what is wrong with the addresses,
 * ports and shared memory of a host ends the run here, within the timeout of gradient sharing.
 */
final class JoinMesh extends ReplicaTask<Integer, MeshMember> {

  private JoinMesh(ReplicaSetup setup) {
    super(setup);
  }

  /**
   * Has every executor join the mesh, which the driver has opened.
   *
   * @return the replicas by number
   */
  static List<MeshMember> run(JavaSparkContext spark, ReplicaSetup setup) {
    return new JoinMesh(setup).on(BarrierStage.numbers(spark, setup.replicas())).collect();
  }

  @Override
  protected MeshMember run(Iterator<Integer> number, BarrierTaskContext task) {
    Replica replica = Replica.of(setup);
    return new MeshMember(
        Placement.ofThisJvm(number.next(), replica.device()), replica.mesh().endpoint());
  }
}
