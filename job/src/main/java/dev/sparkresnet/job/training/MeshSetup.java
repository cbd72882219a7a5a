package dev.sparkresnet.job.training;

import dev.sparkresnet.job.cluster.MeshMember;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * Opens the mesh of all replicas before the first minibatch.
 *
 * <p>A barrier stage of one task a replica. What is wrong with the addresses, ports and shared
 * memory of a host ends the run here, within the timeout of gradient sharing.
 */
final class MeshSetup {
  private MeshSetup() {}

  /**
   * Has every executor join the mesh, which the driver has opened.
   *
   * @return the replicas by number
   */
  static List<MeshMember> join(JavaSparkContext context, ReplicaSetup setup) {
    int replicas = setup.replicas();
    List<Integer> numbers = IntStream.range(0, replicas).boxed().toList();
    return JavaRDD.fromRDD(
            context
                .parallelize(numbers, replicas)
                .rdd()
                .barrier()
                .mapPartitions(
                    new Join(setup), false, ClassTag$.MODULE$.<MeshMember>apply(MeshMember.class)),
            ClassTag$.MODULE$.<MeshMember>apply(MeshMember.class))
        .collect();
  }

  private static final class Join extends AbstractFunction1<Iterator<Integer>, Iterator<MeshMember>>
      implements Serializable {
    private final ReplicaSetup setup;

    Join(ReplicaSetup setup) {
      this.setup = setup;
    }

    @Override
    public Iterator<MeshMember> apply(Iterator<Integer> unused) {
      int replica = BarrierTaskContext.get().partitionId();
      MeshMember member = MeshMember.ofThisJvm(replica, Replica.of(setup).mesh());
      return JavaConverters.asScalaIterator(Collections.singletonList(member).iterator());
    }
  }
}
