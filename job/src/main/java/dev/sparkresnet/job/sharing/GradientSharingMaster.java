package dev.sparkresnet.job.sharing;

import dev.sparkresnet.job.encoding.UpdateEncoder;
import dev.sparkresnet.job.epoch.EpochOutcome;
import dev.sparkresnet.job.epoch.EpochTrainer;
import dev.sparkresnet.job.epoch.ProgressLog;
import dev.sparkresnet.job.epoch.TrainingData;
import dev.sparkresnet.job.replica.EpochPlan;
import dev.sparkresnet.job.replica.ReplicaReport;
import dev.sparkresnet.job.replica.ReplicaSetup;
import dev.sparkresnet.job.replica.SharingReport;
import dev.sparkresnet.job.replica.StepReport;
import dev.sparkresnet.job.state.NetworkState;
import dev.sparkresnet.job.transport.StopTraining;
import dev.sparkresnet.job.transport.UpdateMesh;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaRDDLike;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DL4J's {@link SharedTrainingMaster} with an epoch that can be trusted.
 *
 * <p>What stays is DL4J's: the entry point ({@code SparkComputationGraph.fit}), the encoding, the
 * parameter server and its transport. What is replaced is the worker loop, which swallows
 * exceptions, drops late updates and reports nothing. Here an epoch is one barrier stage with one
 * task a replica, and it counts only when every update that was sent has arrived everywhere.
 *
 * <p>When replicas start an epoch from the driver's state, what was below the threshold when the
 * one before ended is dropped, at most a few thresholds a parameter, so that a resumed run starts
 * an epoch from exactly what an uninterrupted one would have.
 */
public final class GradientSharingMaster extends SharedTrainingMaster implements EpochTrainer {
  private static final Logger LOG = LoggerFactory.getLogger(GradientSharingMaster.class);
  private static final int UNUSED = 1;

  private final transient ReplicaSetup setup;
  private final transient JavaSparkContext spark;
  private final transient ComputationGraph network;
  private final transient UpdateMesh mesh;
  private transient EpochPlan plan;
  private transient Broadcast<NetworkState> state;
  private transient EpochOutcome outcome;

  /**
   * @param network the driver's network, which follows the replicas' updates as they arrive
   */
  public GradientSharingMaster(
      ReplicaSetup setup, JavaSparkContext spark, ComputationGraph network) {
    super(
        VoidConfiguration.builder().build(),
        setup.replicas(),
        RDDTrainingApproach.Direct,
        null,
        false,
        RepartitionStrategy.Balanced,
        Repartition.Never,
        new AdaptiveThresholdAlgorithm(setup.sharing().threshold()),
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
    this.spark = spark;
    this.network = network;
    this.mesh =
        UpdateMesh.openRoot(
            setup.driver(),
            setup.replicas(),
            setup.streamId(),
            setup.sharing().timeout(),
            this::apply);
  }

  /** Has the replicas join the driver's mesh, and logs who is where. */
  @Override
  public void join() {
    MeshTable.lines(setup.driver(), JoinMesh.run(spark, setup)).forEach(LOG::info);
  }

  @Override
  public EpochOutcome train(
      TrainingData data, EpochPlan epoch, Broadcast<NetworkState> start, ProgressLog progress) {
    mesh.onMessage(StepReport.class, progress::accept);
    plan = epoch;
    state = start;
    outcome = null;
    new SparkComputationGraph(spark, network, this).fit(data.trainingMinibatches(epoch));
    return Objects.requireNonNull(outcome);
  }

  private synchronized void apply(INDArray update) {
    UpdateEncoder.apply(update, network.params());
  }

  /** DL4J would start its own parameter server here; the mesh is open already. */
  @Override
  protected void prepareNetworkAndStuff(SparkDl4jMultiLayer unused, SparkComputationGraph graph) {}

  /** DL4J counts the minibatches with a whole pass over the data; the plan knows them. */
  @Override
  protected <T, R extends JavaRDDLike<T, R>> long getTotalDataSetObjectCount(
      JavaRDDLike<T, R> minibatches) {
    return (long) plan.minibatches() * setup.replicas();
  }

  @Override
  protected void doIteration(
      SparkComputationGraph graph, JavaRDD<DataSet> minibatches, int split, int splits) {
    SharingEpoch.Result result =
        new SharingEpoch(setup, plan, state).on(minibatches).reduce(SharingEpoch.Result::plus);
    List<SharingReport> sharing = result.reports().stream().map(ReplicaReport::sharing).toList();
    mesh.awaitReceived(
        sharing.stream().mapToLong(SharingReport::sentTotal).sum(), setup.sharing().timeout());
    result.velocitySum().divide(setup.replicas());
    result.velocitySum().copyInto(network.getUpdater().getStateViewArray());
    double threshold =
        sharing.stream().mapToDouble(SharingReport::threshold).average().orElseThrow();
    outcome = new EpochOutcome(result.reports(), threshold);
  }

  @Override
  public void stop() {
    mesh.tellReplicas(new StopTraining());
  }

  @Override
  public void close() {
    mesh.close();
  }
}
