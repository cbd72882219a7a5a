package dev.sparkresnet.job.training;

import java.util.Collections;
import java.util.Iterator;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.nd4j.linalg.dataset.DataSet;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * Something that every replica does once, at the same time as all others: a barrier stage with a
 * task for each, so that each runs on an executor of its own.
 */
abstract class ReplicaTask<T>
    extends AbstractFunction1<scala.collection.Iterator<DataSet>, scala.collection.Iterator<T>>
    implements java.io.Serializable {

  /** Runs on an executor, for the partition of one replica. */
  abstract T run(Iterator<DataSet> minibatches, BarrierTaskContext task);

  @Override
  public final scala.collection.Iterator<T> apply(scala.collection.Iterator<DataSet> minibatches) {
    T result = run(JavaConverters.asJavaIterator(minibatches), BarrierTaskContext.get());
    return JavaConverters.asScalaIterator(Collections.singletonList(result).iterator());
  }

  /** The results, one a partition, not computed yet. */
  final JavaRDD<T> on(JavaRDD<DataSet> minibatches) {
    ClassTag<T> anything = ClassTag$.MODULE$.apply(Object.class);
    RDD<T> results = minibatches.rdd().barrier().mapPartitions(this, false, anything);
    return JavaRDD.fromRDD(results, anything);
  }
}
