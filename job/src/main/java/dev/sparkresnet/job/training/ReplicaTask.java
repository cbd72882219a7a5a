package dev.sparkresnet.job.training;

import dev.sparkresnet.job.cluster.LocalAddress;
import dev.sparkresnet.job.device.GpuClaim;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * Something that every replica does once, at the same time as all others: a barrier stage with a
 * task for each, so that each runs on an executor of its own, and on a GPU of its own if on any.
 */
abstract class ReplicaTask<I, T>
    extends AbstractFunction1<scala.collection.Iterator<I>, scala.collection.Iterator<T>>
    implements java.io.Serializable {
  final ReplicaSetup setup;

  ReplicaTask(ReplicaSetup setup) {
    this.setup = setup;
  }

  /** Runs on an executor, for the partition of one replica. */
  abstract T run(Iterator<I> partition, BarrierTaskContext task);

  @Override
  public final scala.collection.Iterator<T> apply(scala.collection.Iterator<I> partition) {
    BarrierTaskContext task = BarrierTaskContext.get();
    requirePlacesOfTheirOwn(task);
    T result = run(JavaConverters.asJavaIterator(partition), task);
    return JavaConverters.asScalaIterator(Collections.singletonList(result).iterator());
  }

  private void requirePlacesOfTheirOwn(BarrierTaskContext task) {
    GpuClaim own =
        GpuClaim.of(
            LocalAddress.executorId(), LocalAddress.sparkHost(), setup.deviceOfThisExecutor());
    List<GpuClaim> all = Arrays.stream(task.allGather(own.line())).map(GpuClaim::parse).toList();
    requireExecutorsOfTheirOwn(all.stream().map(GpuClaim::executor).toList());
    GpuClaim.requireOneEach(all);
  }

  /** Two replicas in one JVM would share one network, one transport and its statics. */
  private static void requireExecutorsOfTheirOwn(List<String> executors) {
    if (executors.stream().distinct().count() < executors.size()) {
      throw new IllegalStateException(
          "Cannot train: two replicas run in one executor, executors are "
              + executors
              + "; set spark.task.cpus to spark.executor.cores");
    }
  }

  /** The results, one a partition, not computed yet. */
  final JavaRDD<T> on(JavaRDD<I> partitions) {
    ClassTag<T> anything = ClassTag$.MODULE$.apply(Object.class);
    RDD<T> results = partitions.rdd().barrier().mapPartitions(this, false, anything);
    return JavaRDD.fromRDD(results.setName(getClass().getSimpleName()), anything);
  }
}
