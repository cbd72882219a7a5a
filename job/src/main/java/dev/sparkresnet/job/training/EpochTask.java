package dev.sparkresnet.job.training;

import java.util.Collections;
import java.util.Iterator;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.nd4j.linalg.dataset.DataSet;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction1;

/** The barrier task that trains one replica for one epoch. */
final class EpochTask
    extends AbstractFunction1<
        scala.collection.Iterator<DataSet>, scala.collection.Iterator<EpochOutcome>>
    implements java.io.Serializable {
  private final ReplicaSetup setup;
  private final EpochPlan plan;
  private final Broadcast<NetworkState> state;

  EpochTask(ReplicaSetup setup, EpochPlan plan, Broadcast<NetworkState> state) {
    this.setup = setup;
    this.plan = plan;
    this.state = state;
  }

  @Override
  public scala.collection.Iterator<EpochOutcome> apply(
      scala.collection.Iterator<DataSet> minibatches) {
    EpochOutcome outcome =
        new ReplicaEpoch(Replica.of(setup), plan, state, BarrierTaskContext.get())
            .train(JavaConverters.asJavaIterator(minibatches));
    Iterator<EpochOutcome> single = Collections.singletonList(outcome).iterator();
    return JavaConverters.asScalaIterator(single);
  }
}
