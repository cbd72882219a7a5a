package dev.sparkresnet.job.spark;

import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;

/**
 * The same partitions, each of which prefers an executor. Spark has such a preference for cached
 * blocks and receivers only, but understands the name of an executor wherever one is given.
 */
final class PinnedRdd<T> extends RDD<T> {
  private final List<String> places;
  private final ClassTag<T> type;

  /**
   * @param places of the partitions, in their order
   */
  PinnedRdd(RDD<T> parent, List<Placement> places, ClassTag<T> type) {
    super(parent, type);
    this.places = places.stream().map(PinnedRdd::nameOf).toList();
    this.type = type;
  }

  /** As {@code org.apache.spark.scheduler.ExecutorCacheTaskLocation} writes it. */
  private static String nameOf(Placement place) {
    return "executor_" + place.host() + "_" + place.executor();
  }

  @Override
  public scala.collection.Iterator<T> compute(Partition partition, TaskContext task) {
    return firstParent(type).iterator(partition, task);
  }

  @Override
  public Partition[] getPartitions() {
    return firstParent(type).partitions();
  }

  @Override
  public Seq<String> getPreferredLocations(Partition partition) {
    return JavaConverters.asScalaBuffer(List.of(places.get(partition.index()))).toSeq();
  }
}
