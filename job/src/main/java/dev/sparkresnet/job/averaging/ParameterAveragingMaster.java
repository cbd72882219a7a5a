package dev.sparkresnet.job.averaging;

import dev.sparkresnet.job.epoch.EpochOutcome;
import dev.sparkresnet.job.epoch.EpochTrainer;
import dev.sparkresnet.job.epoch.ProgressLog;
import dev.sparkresnet.job.epoch.TrainingData;
import dev.sparkresnet.job.replica.EpochPlan;
import dev.sparkresnet.job.replica.PlaceReplicas;
import dev.sparkresnet.job.replica.ReplicaReport;
import dev.sparkresnet.job.replica.ReplicaSetup;
import dev.sparkresnet.job.spark.Placement;
import dev.sparkresnet.job.spark.ReplicaTable;
import dev.sparkresnet.job.state.FlatVector;
import dev.sparkresnet.job.state.NetworkState;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * DL4J's synchronous {@link ParameterAveragingTrainingMaster} with the loop, the shares and the
 * reports of this project: every so many steps the parameters and velocities of all replicas are
 * averaged (McDonald et al. 2010; Su and Chen 2015, arXiv 1507.01239).
 *
 * <p>Everything travels through Spark, so no port of ours has to be open. The same seed gives the
 * same bits.
 */
public final class ParameterAveragingMaster extends ParameterAveragingTrainingMaster
    implements EpochTrainer {
  private static final Logger LOG = LoggerFactory.getLogger(ParameterAveragingMaster.class);
  private static final int UNUSED = 1;

  private final transient ReplicaSetup setup;
  private final transient JavaSparkContext spark;
  private final transient ComputationGraph network;
  private final int everySteps;
  private transient List<Placement> places;
  private transient EpochPlan plan;
  private transient Broadcast<NetworkState> state;
  private transient List<ReplicaReport> reports;
  private transient volatile boolean askedToStop;

  /**
   * @param network the driver's network, which holds the averages
   * @param everySteps steps of every replica between two averages
   */
  public ParameterAveragingMaster(
      ReplicaSetup setup, JavaSparkContext spark, ComputationGraph network, int everySteps) {
    super(true, setup.replicas(), UNUSED, UNUSED, everySteps, 0);
    this.setup = setup;
    this.spark = spark;
    this.network = network;
    this.everySteps = everySteps;
  }

  /** They meet through Spark; this logs who is where. */
  @Override
  public List<Placement> join() {
    places = PlaceReplicas.run(spark, setup);
    ReplicaTable.lines(places).forEach(LOG::info);
    return places;
  }

  @Override
  public EpochOutcome train(
      TrainingData data, EpochPlan epoch, Broadcast<NetworkState> start, ProgressLog progress) {
    SparkComputationGraph graph = new SparkComputationGraph(spark, network, this);
    double threshold = start.value().threshold();
    reports = List.of();
    for (int step = epoch.firstStep(); step < epoch.endStep() && !askedToStop; step += everySteps) {
      plan = epoch.part(step, Math.min(step + everySteps, epoch.endStep()));
      state =
          step == epoch.firstStep() ? start : spark.broadcast(NetworkState.of(network, threshold));
      spark.setJobDescription(
          String.format(
              Locale.ROOT, "epoch %d: %s and their average", plan.epoch(), plan.stretch()));
      graph.fit(data.trainingMinibatches(plan));
      if (state != start) {
        state.destroy();
      }
      reports.forEach(report -> progress.accept(report.progress(setup.runId(), epoch)));
    }
    return new EpochOutcome(reports, threshold);
  }

  @Override
  public void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> minibatches) {
    int pieces = setup.replicas();
    List<AveragingRound.Average> averages =
        new AveragingRound(setup, plan, state)
                .on(minibatches, places)
                .flatMapToPair(result -> result.pieces(pieces))
                .groupByKey(pieces)
                .mapValues(AveragingRound.Average::of)
                .collect()
                .stream()
                .sorted(Comparator.comparingInt(Tuple2::_1))
                .map(Tuple2::_2)
                .toList();
    FlatVector.concatenate(averages.stream().map(AveragingRound.Average::parameters).toList())
        .copyInto(network.params());
    FlatVector.concatenate(averages.stream().map(AveragingRound.Average::velocity).toList())
        .copyInto(network.getUpdater().getStateViewArray());
    reports = then(averages.get(0).reports());
  }

  /** After the average that is going on. */
  @Override
  public void stop() {
    askedToStop = true;
  }

  private List<ReplicaReport> then(List<ReplicaReport> round) {
    if (reports.isEmpty()) {
      return round;
    }
    return IntStream.range(0, round.size())
        .mapToObj(replica -> reports.get(replica).then(round.get(replica)))
        .toList();
  }

  @Override
  public void close() {}
}
