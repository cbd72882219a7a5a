package dev.sparkresnet.job.sharing;

import dev.sparkresnet.job.epoch.EpochOutcome;
import dev.sparkresnet.job.epoch.EpochTrainer;
import dev.sparkresnet.job.epoch.ProgressLog;
import dev.sparkresnet.job.epoch.TrainingData;
import dev.sparkresnet.job.network.AttemptSecret;
import dev.sparkresnet.job.replica.AdaptiveThreshold;
import dev.sparkresnet.job.replica.EpochPlan;
import dev.sparkresnet.job.replica.PlaceReplicas;
import dev.sparkresnet.job.replica.ReplicaReport;
import dev.sparkresnet.job.replica.ReplicaSetup;
import dev.sparkresnet.job.replica.StepReport;
import dev.sparkresnet.job.spark.DriverLine;
import dev.sparkresnet.job.spark.Placement;
import dev.sparkresnet.job.spark.ReplicaTable;
import dev.sparkresnet.job.state.NetworkState;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaRDDLike;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.solvers.accumulation.encoding.residual.ResidualClippingPostProcessor;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.api.RepartitionStrategy;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.parameterserver.training.SharedTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.parameterserver.distributed.conf.VoidConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DL4J's {@link SharedTrainingMaster} with an exchange that can be trusted.
 *
 * <p>What stays is DL4J's: the entry point ({@code SparkComputationGraph.fit}), the formulas of the
 * encoding and the rule of its threshold. The replicas sum their updates among themselves and are
 * the same, bit for bit; the driver gets the result of some steps, and takes no part in them.
 *
 * <p>Replicas start some steps from the driver's state: what was below the threshold when those
 * before ended is dropped, at most a few thresholds a parameter, and velocities are averaged. So a
 * resumed run starts from exactly what an uninterrupted one would have.
 */
public final class GradientSharingMaster extends SharedTrainingMaster implements EpochTrainer {
  private static final Logger LOG = LoggerFactory.getLogger(GradientSharingMaster.class);
  private static final int UNUSED = 1;

  /** Spark gives a task to another executor when its own does not become free in time. */
  private static final int PLACEMENTS = 3;

  private final transient ReplicaSetup setup;
  private final transient JavaSparkContext spark;
  private final transient ComputationGraph network;
  private transient List<Placement> places = List.of();
  private transient EpochPlan plan;
  private transient Broadcast<NetworkState> state;
  private transient EpochOutcome outcome;
  private transient volatile boolean askedToStop;

  /**
   * @param network the driver's network, which holds the result
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
        AdaptiveThreshold.algorithm(setup.sharing(), setup.sharing().threshold()),
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
  }

  /** Has the replicas connect to each other, if there are others, and logs who is where. */
  @Override
  public List<Placement> join() {
    if (setup.replicas() == 1) {
      places = PlaceReplicas.run(spark, setup);
      ReplicaTable.lines(places).forEach(LOG::info);
      return places;
    }
    List<JoinExchange.Member> members = JoinExchange.run(spark, setup, secret());
    places = members.stream().map(JoinExchange.Member::placement).toList();
    Map<Placement, String> addresses =
        members.stream()
            .collect(
                Collectors.toMap(
                    JoinExchange.Member::placement, member -> "tcp " + member.endpoint()));
    ReplicaTable.lines(places, List.of(addresses::get)).forEach(LOG::info);
    return places;
  }

  private AttemptSecret secret() {
    SecurityManager security = SparkEnv.get().securityManager();
    Optional<String> ofSpark =
        Optional.ofNullable(security.isAuthenticationEnabled() ? security.getSecretKey() : null);
    return AttemptSecret.derive(ofSpark, spark.sc().applicationId(), setup.runId());
  }

  @Override
  public EpochOutcome train(
      TrainingData data, EpochPlan epoch, Broadcast<NetworkState> start, ProgressLog progress) {
    DriverLine.answer(StepReport.class, report -> answer(report, progress));
    plan = epoch;
    state = start;
    outcome = null;
    new SparkComputationGraph(spark, network, this).fit(data.trainingMinibatches(epoch));
    return Objects.requireNonNull(outcome);
  }

  private Boolean answer(StepReport report, ProgressLog progress) {
    if (report.runId().equals(setup.runId())) {
      progress.accept(report);
    }
    return askedToStop;
  }

  /** DL4J would start its own parameter server here. */
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
    List<SharingEpoch.Result> results = inPlace(minibatches);
    List<ReplicaReport> reports =
        results.stream()
            .flatMap(result -> result.reports().stream())
            .sorted(Comparator.comparingInt(ReplicaReport::replica))
            .toList();
    requireSame(reports, results);
    Optional<NetworkState> end =
        results.stream().flatMap(result -> result.states().stream()).findFirst();
    end.ifPresent(it -> it.copyInto(network));
    outcome =
        end.map(it -> new EpochOutcome(reports, it.threshold()))
            .orElseGet(() -> stoppedInBetween(reports));
  }

  private List<SharingEpoch.Result> inPlace(JavaRDD<DataSet> minibatches) {
    List<String> misplaced = List.of();
    for (int attempt = 0; attempt < PLACEMENTS; attempt++) {
      List<SharingEpoch.Result> results =
          new SharingEpoch(setup, plan, state).on(minibatches, places).collect();
      misplaced = results.get(0).misplaced();
      if (misplaced.isEmpty()) {
        return results;
      }
      LOG.warn(
          "{} did not join the exchange: its own executor was not free; the steps start again",
          String.join(", ", misplaced));
    }
    throw new IllegalStateException(
        String.format(
            Locale.ROOT,
            "Cannot train: %s did not join the exchange, in %d attempts; its own executor is not"
                + " free within training.executor-wait",
            String.join(", ", misplaced),
            PLACEMENTS));
  }

  private void requireSame(List<ReplicaReport> reports, List<SharingEpoch.Result> results) {
    String parameters =
        reports.stream()
            .map(report -> String.format(Locale.ROOT, "%08x", report.end().checksum()))
            .distinct()
            .collect(Collectors.joining(", "));
    long velocities = results.stream().mapToLong(SharingEpoch.Result::velocity).distinct().count();
    if (parameters.contains(",") || velocities > 1) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Cannot close the epoch: the replicas are not the same; their parameters are %s, and"
                  + " there are %d different velocities",
              parameters,
              velocities));
    }
    LOG.info(
        "epoch {}, {}: all {} replicas have parameters {}",
        plan.epoch(),
        plan.stretch(),
        reports.size(),
        parameters);
  }

  private EpochOutcome stoppedInBetween(List<ReplicaReport> reports) {
    LOG.info(
        "epoch {}: stopped after {} of {}, which are done again"
            + " (training.checkpoint.every-steps makes them fewer)",
        plan.epoch(),
        String.format(Locale.ROOT, "%,d steps", reports.get(0).minibatches()),
        plan.stretch());
    return new EpochOutcome(List.of(), state.value().threshold());
  }

  @Override
  public void stop() {
    askedToStop = true;
  }

  @Override
  public void close() {}
}
