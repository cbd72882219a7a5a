package dev.sparkresnet.job.spark;

import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * Tasks that run at the same time or not at all, one for each partition. Spark has them for Scala
 * only.
 */
public final class BarrierStage {
  /** What a task does, on an executor. */
  @FunctionalInterface
  public interface Work<I, T> extends Serializable {
    /** Turns a partition into its result. */
    T run(Iterator<I> partition);
  }

  private BarrierStage() {}

  /** So many partitions, each with its number, from 0. */
  public static JavaRDD<Integer> numbers(JavaSparkContext spark, int count) {
    List<Integer> numbers = IntStream.range(0, count).boxed().toList();
    return spark.parallelize(numbers, count);
  }

  /** The results, one a partition, not computed yet. */
  public static <I, T> JavaRDD<T> of(JavaRDD<I> partitions, Work<I, T> work) {
    ClassTag<T> anything = ClassTag$.MODULE$.apply(Object.class);
    RDD<T> results = partitions.rdd().barrier().mapPartitions(new Task<>(work), false, anything);
    return JavaRDD.fromRDD(results, anything);
  }

  /**
   * The same, where each partition goes to its place, if that is free within {@code
   * spark.locality.wait.process}.
   *
   * @param places of the partitions, in their order
   */
  public static <I, T> JavaRDD<T> pinned(
      JavaRDD<I> partitions, List<Placement> places, Work<I, T> work) {
    RDD<I> pinned = new PinnedRdd<>(partitions.rdd(), places, partitions.classTag());
    return of(JavaRDD.fromRDD(pinned, partitions.classTag()), work);
  }

  private static final class Task<I, T>
      extends AbstractFunction1<scala.collection.Iterator<I>, scala.collection.Iterator<T>>
      implements Serializable {
    private final Work<I, T> work;

    Task(Work<I, T> work) {
      this.work = work;
    }

    @Override
    public scala.collection.Iterator<T> apply(scala.collection.Iterator<I> partition) {
      T result = work.run(JavaConverters.asJavaIterator(partition));
      return JavaConverters.asScalaIterator(Collections.singletonList(result).iterator());
    }
  }
}
