package dev.sparkresnet.job.training;

import dev.sparkresnet.job.cluster.UpdateMesh;
import java.io.Closeable;
import java.util.Objects;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaRDDLike;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.solvers.accumulation.encoding.residual.ResidualClippingPostProcessor;
import org.deeplearning4j.optimize.solvers.accumulation.encoding.threshold.AdaptiveThresholdAlgorithm;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.api.RepartitionStrategy;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.parameterserver.training.SharedTrainingMaster;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.parameterserver.distributed.conf.VoidConfiguration;
import scala.reflect.ClassTag$;

/**
 * DL4J's {@link SharedTrainingMaster} with an epoch that can be trusted.
 *
 * <p>What stays is DL4J's: the entry point ({@code SparkComputationGraph.fit}), the encoding, the
 * parameter server and its transport. What is replaced is the worker loop, which swallows
 * exceptions, drops late updates and reports nothing. Here an epoch is one barrier stage with one
 * task a replica; all replicas start from the driver's state, and the epoch counts only when every
 * update that was sent has arrived everywhere. What was below the threshold when the epoch ended is
 * dropped, at most a few thresholds a parameter, so that a resumed run starts an epoch from exactly
 * what an uninterrupted one would have.
 */
final class GradientSharingMaster extends SharedTrainingMaster implements Closeable {
  private static final int UNUSED = 1;

  private final transient ReplicaSetup setup;
  private final transient UpdateMesh mesh;
  private final transient INDArray parameters;
  private transient EpochPlan plan;
  private transient Broadcast<NetworkState> state;
  private transient EpochOutcome outcome;

  /**
   * @param network the driver's network, which follows the replicas' updates as they arrive
   * @param threshold for DL4J's own record; an epoch starts with that of its state
   */
  GradientSharingMaster(ReplicaSetup setup, ComputationGraph network, double threshold) {
    super(
        VoidConfiguration.builder().build(),
        setup.replicas(),
        RDDTrainingApproach.Direct,
        null,
        false,
        RepartitionStrategy.Balanced,
        Repartition.Never,
        new AdaptiveThresholdAlgorithm(threshold),
        new ResidualClippingPostProcessor(
            setup.sharing().residualClip(), setup.sharing().residualClipEvery()),
        UNUSED,
        UNUSED,
        0,
        1,
        UNUSED,
        null,
        false,
        UNUSED,
        false);
    this.setup = setup;
    this.parameters = network.params();
    this.mesh =
        UpdateMesh.openRoot(
            setup.driver(),
            setup.replicas(),
            setup.streamId(),
            setup.sharing().timeout(),
            this::apply);
  }

  /**
   * Trains one epoch; the parameters and the optimiser's state of the graph are the result.
   *
   * @param start the driver's state, from which every replica starts
   */
  EpochOutcome train(
      SparkComputationGraph graph,
      JavaRDD<DataSet> minibatches,
      EpochPlan epoch,
      Broadcast<NetworkState> start,
      ProgressLog progress) {
    mesh.onMessage(StepReport.class, progress::accept);
    plan = epoch;
    state = start;
    outcome = null;
    graph.fit(minibatches);
    return Objects.requireNonNull(outcome);
  }

  private synchronized void apply(INDArray update) {
    UpdateEncoder.apply(update, parameters);
  }

  /** DL4J would start its own parameter server here; the mesh is open already. */
  @Override
  protected void prepareNetworkAndStuff(SparkDl4jMultiLayer unused, SparkComputationGraph graph) {}

  /** DL4J counts the minibatches with a whole pass over the data; the plan knows them. */
  @Override
  protected <T, R extends JavaRDDLike<T, R>> long getTotalDataSetObjectCount(
      JavaRDDLike<T, R> minibatches) {
    return (long) plan.steps() * setup.replicas();
  }

  @Override
  protected void doIteration(
      SparkComputationGraph graph, JavaRDD<DataSet> minibatches, int split, int splits) {
    outcome = runReplicas(minibatches);
    mesh.awaitReceived(
        outcome.reports().stream().mapToLong(ReplicaReport::sentTotal).sum(),
        setup.sharing().timeout());
    adopt(graph.getNetwork());
  }

  private EpochOutcome runReplicas(JavaRDD<DataSet> minibatches) {
    RDD<EpochOutcome> outcomes =
        minibatches
            .rdd()
            .barrier()
            .mapPartitions(
                new EpochTask(setup, plan, state),
                false,
                ClassTag$.MODULE$.<EpochOutcome>apply(EpochOutcome.class));
    return JavaRDD.fromRDD(outcomes, ClassTag$.MODULE$.<EpochOutcome>apply(EpochOutcome.class))
        .reduce(EpochOutcome::merge);
  }

  private void adopt(ComputationGraph network) {
    INDArray velocity = network.getUpdater().getStateViewArray();
    outcome.velocitySum().copyInto(velocity);
    velocity.divi(setup.replicas());
  }

  @Override
  public void close() {
    mesh.close();
  }
}
