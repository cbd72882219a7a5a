package dev.sparkresnet.job.training;

import dev.sparkresnet.job.cluster.MeshMember;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Opens the mesh of all replicas before the first minibatch: what is wrong with the addresses,
 * ports and shared memory of a host ends the run here, within the timeout of gradient sharing.
 */
final class JoinMesh extends ReplicaTask<Integer, MeshMember> {
  private final ReplicaSetup setup;

  private JoinMesh(ReplicaSetup setup) {
    this.setup = setup;
  }

  /**
   * Has every executor join the mesh, which the driver has opened.
   *
   * @return the replicas by number
   */
  static List<MeshMember> run(JavaSparkContext spark, ReplicaSetup setup) {
    List<Integer> numbers = IntStream.range(0, setup.replicas()).boxed().toList();
    return new JoinMesh(setup).on(spark.parallelize(numbers, setup.replicas())).collect();
  }

  @Override
  MeshMember run(Iterator<Integer> number, BarrierTaskContext task) {
    return MeshMember.ofThisJvm(number.next(), Replica.of(setup).mesh());
  }
}
