package dev.sparkresnet.job.replica;

import dev.sparkresnet.job.spark.BarrierStage;
import dev.sparkresnet.job.spark.Placement;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaSparkContext;

/** Finds out where the replicas are, which ends a run whose executors have the wrong devices. */
public final class PlaceReplicas extends ReplicaTask<Integer, Placement> {

  private PlaceReplicas(ReplicaSetup setup) {
    super(setup);
  }

  /** The replicas by number. */
  public static List<Placement> run(JavaSparkContext spark, ReplicaSetup setup) {
    return new PlaceReplicas(setup).on(BarrierStage.numbers(spark, setup.replicas())).collect();
  }

  @Override
  protected Placement run(Iterator<Integer> number, BarrierTaskContext task) {
    return Placement.ofThisJvm(number.next(), setup.deviceOfThisExecutor());
  }
}
