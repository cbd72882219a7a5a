package dev.sparkresnet.job.training;

import dev.sparkresnet.job.cluster.LocalAddress;
import dev.sparkresnet.job.cluster.MeshMember;
import java.io.Serializable;
import java.util.Arrays;
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
      BarrierTaskContext task = BarrierTaskContext.get();
      requireExecutorsOfTheirOwn(task);
      MeshMember member = MeshMember.ofThisJvm(task.partitionId(), Replica.of(setup).mesh());
      return JavaConverters.asScalaIterator(Collections.singletonList(member).iterator());
    }

    /** Two replicas in one JVM would share one network, one transport and its statics. */
    private static void requireExecutorsOfTheirOwn(BarrierTaskContext task) {
      List<String> executors = Arrays.asList(task.allGather(LocalAddress.executorId()));
      if (executors.stream().distinct().count() < executors.size()) {
        throw new IllegalStateException(
            "Cannot train: two replicas run in one executor, executors are "
                + executors
                + "; set spark.task.cpus to spark.executor.cores");
      }
    }
  }
}
