package dev.sparkresnet.job.replica;

import dev.sparkresnet.job.device.GpuClaim;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.network.LocalAddress;
import dev.sparkresnet.job.spark.BarrierStage;
import dev.sparkresnet.job.spark.Placement;
import dev.sparkresnet.job.spark.Rendezvous;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaRDD;

/**
 * Something that every replica does once, at the same time as all others: a barrier stage with a
 * task for each, so that each runs on an executor of its own, and on a GPU of its own if on any.
 */
public abstract class ReplicaTask<I, T> implements BarrierStage.Work<I, T> {
  public final ReplicaSetup setup;

  public ReplicaTask(ReplicaSetup setup) {
    this.setup = setup;
  }

  /** Runs on an executor, for the partition of one replica. */
  protected abstract T run(Iterator<I> partition, BarrierTaskContext task);

  @Override
  public final T run(Iterator<I> partition) {
    BarrierTaskContext task = BarrierTaskContext.get();
    requirePlacesOfTheirOwn(task);
    return run(partition, task);
  }

  private void requirePlacesOfTheirOwn(BarrierTaskContext task) {
    GpuClaim own =
        GpuClaim.of(
            LocalAddress.executorId(), LocalAddress.sparkHost(), setup.deviceOfThisExecutor());
    List<GpuClaim> all =
        Rendezvous.allGather(task, "place", own.line()).stream().map(GpuClaim::parse).toList();
    requireExecutorsOfTheirOwn(all.stream().map(GpuClaim::executor).toList());
    GpuClaim.requireOneEach(all);
  }

  /** Two replicas in one JVM would share one network. */
  private static void requireExecutorsOfTheirOwn(List<String> executors) {
    if (executors.stream().distinct().count() < executors.size()) {
      throw new UserErrorException(
          "Cannot train: two replicas run in one executor, executors are "
              + executors
              + "; set spark.task.cpus to spark.executor.cores");
    }
  }

  /** The results, one a partition, not computed yet; wherever there is room. */
  public final JavaRDD<T> on(JavaRDD<I> partitions) {
    return named(BarrierStage.of(partitions, this));
  }

  /** The same, each on the executor of its replica. */
  public final JavaRDD<T> on(JavaRDD<I> partitions, List<Placement> places) {
    return named(BarrierStage.pinned(partitions, places, this));
  }

  private JavaRDD<T> named(JavaRDD<T> results) {
    return results.setName(getClass().getSimpleName());
  }
}
