package dev.sparkresnet.job.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sparkresnet.datasets.CifarDataset;
import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.TestApplication;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.config.TrainingConfig.Device;
import dev.sparkresnet.job.epoch.TrainingData;
import dev.sparkresnet.job.replica.Drift;
import dev.sparkresnet.job.replica.EpochPlan;
import dev.sparkresnet.job.replica.Replica;
import dev.sparkresnet.job.replica.ReplicaSetup;
import dev.sparkresnet.job.replica.ReplicaTask;
import dev.sparkresnet.job.spark.ClusterSession;
import dev.sparkresnet.job.watch.TestWatchdog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.BarrierTaskContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;

/** Replicas that are pushed away from the driver's parameters, or poisoned, between two epochs. */
class DriftIT {
  private static final double LIMIT = 1e-4;
  private static final double ROUNDING = 1e-6;

  @TempDir private static Path directory;

  private static String images;
  private static List<Double> never;
  private static List<Double> onDrift;
  private static List<Double> everyEpoch;
  private static String messageOfPoisoned;

  @BeforeAll
  static void trainWithOneReplicaPushedAway() throws Exception {
    images = directory.resolve("images").toString();
    SyntheticCifar.generate(new Configuration(), images, 256, 64, 7);
    TestApplication.onTwoExecutors(
        () -> {
          try (ClusterSession session = ClusterSession.open("DriftIT", Device.CPU)) {
            TrainingConfig goOn = configuration("gradient-sharing.resynchronise=never");
            session.awaitExecutors(goOn.replicas(), goOn.executorWait());
            everyEpoch = largestDriftOfEpochs(session, configuration(), 2);
            onDrift =
                largestDriftOfEpochs(
                    session, configuration("gradient-sharing.resynchronise=on-drift"), 2);
            never = largestDriftOfEpochs(session, goOn, 2);
            messageOfPoisoned =
                catchThrowable(() -> largestDriftOfEpochs(session, goOn, 0)).getMessage();
            return null;
          }
        });
  }

  private static TrainingConfig configuration(String... assignments) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "run-directory=" + directory,
                "dataset.path=" + images,
                "model.blocks=[1]",
                "model.width=4",
                "optimizer.batch-size=32",
                "gradient-sharing.threshold=1e-3"));
    all.addAll(Arrays.asList(assignments));
    return ResolvedConfiguration.read(Optional.empty(), all).training();
  }

  /** Trains an epoch, divides the parameters of one replica, and trains two more. */
  private static List<Double> largestDriftOfEpochs(
      ClusterSession session, TrainingConfig config, int divisor) {
    TrainingData data =
        new TrainingData(
            session.context(),
            CifarDataset.open(session.context().hadoopConfiguration(), images),
            config);
    ReplicaSetup setup = ReplicaSetup.of(config, session, 0);
    ComputationGraph network = setup.newNetwork();
    double threshold = config.gradientSharing().threshold();
    List<Double> drifts = new ArrayList<>();
    try (EpochCycle cycle =
        new EpochCycle(
            config, session, TestWatchdog.of(config, session), setup, data, network, threshold)) {
      cycle.join();
      for (int epoch = 1; epoch <= 3; epoch++) {
        WholeEpoch.run(cycle, data.shards(), epoch);
        drifts.add(cycle.drifts().stream().mapToDouble(Drift::relative).max().orElseThrow());
        if (epoch == 1) {
          EpochPlan plan = EpochPlan.whole(1, data.shards(), EpochPlan.Start.DRIVER);
          new DivideOwnParameters(setup, divisor).on(data.trainingMinibatches(plan)).count();
        }
      }
    }
    return drifts;
  }

  private static final class DivideOwnParameters extends ReplicaTask<DataSet, Integer> {
    private final int divisor;

    DivideOwnParameters(ReplicaSetup setup, int divisor) {
      super(setup);
      this.divisor = divisor;
    }

    @Override
    protected Integer run(Iterator<DataSet> minibatches, BarrierTaskContext task) {
      if (task.partitionId() == 0) {
        Replica.of(setup).ownParameters().divide(divisor);
      }
      return divisor;
    }
  }

  @Test
  void replicasThatGoOnFromTheirOwnStateKeepTheirDrift() {
    assertThat(never.get(0)).isLessThan(ROUNDING);
    assertThat(never.subList(1, 3)).allMatch(drift -> drift > LIMIT);
  }

  @Test
  void aForcedDriftIsFoundAndMended() {
    assertThat(onDrift.get(0)).isLessThan(ROUNDING);
    assertThat(onDrift.get(1)).isGreaterThan(LIMIT);
    assertThat(onDrift.get(2)).isLessThan(ROUNDING);
  }

  @Test
  void everyEpochStartsFromTheDriverUnlessToldOtherwise() {
    assertThat(everyEpoch).hasSize(3).allMatch(drift -> drift < ROUNDING);
  }

  @Test
  void aPoisonedReplicaFailsTheEpochWithItsMessage() {
    assertThat(messageOfPoisoned)
        .matches("Cannot go on training: the loss of replica [01] is NaN at step 1 of epoch 2");
  }
}
