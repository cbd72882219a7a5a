package dev.sparkresnet.job.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.sparkresnet.datasets.CifarDataset;
import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.TestApplication;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.config.TrainingConfig.Device;
import dev.sparkresnet.job.epoch.EpochOutcome;
import dev.sparkresnet.job.epoch.EpochTrainer;
import dev.sparkresnet.job.epoch.ProgressLog;
import dev.sparkresnet.job.epoch.TrainingData;
import dev.sparkresnet.job.replica.EncodingSample;
import dev.sparkresnet.job.replica.EpochPlan;
import dev.sparkresnet.job.replica.Inference;
import dev.sparkresnet.job.replica.ReplicaReport;
import dev.sparkresnet.job.replica.ReplicaSetup;
import dev.sparkresnet.job.replica.SharingReport;
import dev.sparkresnet.job.sharing.GradientSharingMaster;
import dev.sparkresnet.job.spark.BarrierStage;
import dev.sparkresnet.job.spark.ClusterSession;
import dev.sparkresnet.job.spark.Placement;
import dev.sparkresnet.job.state.FlatVector;
import dev.sparkresnet.job.state.NetworkState;
import dev.sparkresnet.job.thread.Polling;
import dev.sparkresnet.model.BatchNormMoments;
import dev.sparkresnet.model.EvaluationMetrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import scala.collection.JavaConverters;

/** A one-block network on three executors in processes of their own. */
class GradientSharingIT {
  private static final int REPLICAS = 3;

  /** Not a multiple of the replicas, nor of the global minibatch of 3 * 16. */
  private static final int TRAINING_IMAGES = 1_001;

  private static final int SHARE = TRAINING_IMAGES / REPLICAS;
  private static final int STEPS = 21;

  private static final int TEST_IMAGES = 203;
  private static final int EPOCHS = 4;
  private static final double CHANCE = 0.1;

  /** Images are cached, too, and tasks that read those of a busy executor wait as long. */
  private static final Duration PLACEMENT = Duration.ofSeconds(5);

  @TempDir private static Path directory;

  private static TrainingConfig config;
  private static EpochOutcome firstEpoch;
  private static EpochOutcome lastEpoch;
  private static INDArray initialParameters;
  private static INDArray trainedParameters;
  private static long driverChecksum;
  private static List<EpochOutcome> dense;
  private static List<EpochOutcome> undisturbed;
  private static List<EpochOutcome> disturbed;
  private static EvaluationMetrics onTrainingImages;
  private static EvaluationMetrics onTestImages;

  @BeforeAll
  static void trainOnThreeExecutors() throws Exception {
    String images = directory.resolve("images").toString();
    SyntheticCifar.generate(new Configuration(), images, TRAINING_IMAGES, TEST_IMAGES, 7);
    config = configuration(images);
    TestApplication.onExecutors(
        REPLICAS,
        () -> {
          try (ClusterSession session =
              ClusterSession.open("GradientSharingIT", Device.CPU, PLACEMENT)) {
            session.awaitExecutors(config.replicas(), config.executorWait());
            train(session, images);
            dense =
                epochs(
                        session,
                        images,
                        3,
                        1,
                        none(),
                        "gradient-sharing.encoding=dense",
                        "gradient-sharing.staleness=1")
                    .outcomes();
            undisturbed = epochs(session, images, 2, 3, none()).outcomes();
            disturbed = epochs(session, images, 2, 3, new BusyExecutors(session)).outcomes();
            return null;
          }
        });
  }

  private static TrainingConfig configuration(String images, String... others) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "run-directory=" + directory,
                "dataset.path=" + images,
                "replicas=" + REPLICAS,
                "model.blocks=[1]",
                "model.width=16",
                "optimizer.batch-size=16",
                "optimizer.learning-rate=0.05",
                "gradient-sharing.threshold=1e-3"));
    settings.addAll(List.of(others));
    return ResolvedConfiguration.read(Optional.empty(), settings).training();
  }

  /** What happens to the cluster before an epoch. */
  private interface Disturbance {
    void before(int epoch, List<Placement> places);
  }

  private static Disturbance none() {
    return (epoch, places) -> {};
  }

  /**
   * Keeps the executors busy that the replicas of the next epoch want, in the second epoch that of
   * the first replica and in the third that of the second, until Spark has the job of the epoch.
   */
  private static final class BusyExecutors extends SparkListener implements Disturbance {
    private final ClusterSession session;
    private Path release;

    BusyExecutors(ClusterSession session) {
      this.session = session;
      session.context().sc().addSparkListener(this);
    }

    @Override
    public void before(int epoch, List<Placement> places) {
      release = null;
      if (epoch == 1) {
        return;
      }
      Path begun = directory.resolve("busy-" + epoch);
      Path ended = directory.resolve("free-" + epoch);
      JavaFutureAction<List<Integer>> unused =
          BarrierStage.pinned(
                  BarrierStage.numbers(session.context(), 1),
                  List.of(places.get(epoch - 2)),
                  new Occupy(begun.toString(), ended.toString()))
              .collectAsync();
      assertThat(Polling.until(() -> Files.exists(begun), Duration.ofMinutes(1), "wait")).isTrue();
      release = ended;
    }

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted stage) {
      boolean isEpoch =
          JavaConverters.asJavaCollection(stage.stageInfo().rddInfos()).stream()
              .anyMatch(rdd -> rdd.name().equals("SharingEpoch"));
      if (release != null && isEpoch) {
        create(release);
      }
    }

    private static void create(Path file) {
      try {
        Files.createFile(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private record Occupy(String begun, String ended)
        implements BarrierStage.Work<Integer, Integer> {
      @Override
      public Integer run(Iterator<Integer> number) {
        create(Path.of(begun));
        return Polling.until(() -> Files.exists(Path.of(ended)), Duration.ofMinutes(1), "wait")
            ? 1
            : 0;
      }
    }
  }

  /** Some epochs, and what they were trained with. */
  private record Training(
      ReplicaSetup setup,
      TrainingData data,
      ComputationGraph network,
      List<Placement> places,
      List<EpochOutcome> outcomes) {}

  private static Training epochs(
      ClusterSession session,
      String images,
      int replicas,
      int epochs,
      Disturbance disturbance,
      String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("replicas=" + replicas);
    TrainingConfig own = configuration(images, all.toArray(String[]::new));
    TrainingData data =
        new TrainingData(
            session.context(),
            CifarDataset.open(session.context().hadoopConfiguration(), images),
            own);
    ReplicaSetup setup = ReplicaSetup.of(own, 0);
    ComputationGraph network = setup.newNetwork();
    List<EpochOutcome> outcomes = new ArrayList<>();
    double threshold = own.gradientSharing().threshold();
    try (EpochTrainer master = new GradientSharingMaster(setup, session.context(), network)) {
      List<Placement> places = master.join();
      for (int epoch = 1; epoch <= epochs; epoch++) {
        EpochPlan plan = EpochPlan.whole(epoch, data.shards());
        Broadcast<NetworkState> start =
            session.context().broadcast(NetworkState.of(network, threshold));
        disturbance.before(epoch, places);
        try (ProgressLog progress = new ProgressLog(own, setup, plan, session.gauges())) {
          outcomes.add(master.train(data, plan, start, progress));
        }
        threshold = outcomes.get(epoch - 1).threshold();
      }
      return new Training(setup, data, network, places, outcomes);
    }
  }

  private static void train(ClusterSession session, String images) {
    Training training = epochs(session, images, REPLICAS, EPOCHS, none());
    firstEpoch = training.outcomes().get(0);
    lastEpoch = training.outcomes().get(EPOCHS - 1);
    initialParameters = training.setup().newNetwork().params().dup();
    trainedParameters = training.network().params().dup();
    evaluate(session, training);
  }

  private static void evaluate(ClusterSession session, Training training) {
    TrainingData data = training.data();
    Broadcast<NetworkState> state =
        session.context().broadcast(NetworkState.of(training.network(), 1));
    Inference inference = new Inference(training.setup(), state, training.places());
    JavaRDD<DataSet> minibatches = data.trainingMinibatches(EpochPlan.whole(EPOCHS, data.shards()));
    BatchNormMoments moments = inference.recalibrate(minibatches);
    onTrainingImages = inference.evaluate(minibatches, moments);
    onTestImages = inference.evaluate(data.testMinibatches(), moments);
    driverChecksum = FlatVector.copyOf(training.network().params()).checksum();
  }

  @Test
  void everyReplicaProcessesExactlyItsShare() {
    assertThat(firstEpoch.reports())
        .extracting(ReplicaReport::replica, r -> r.sums().examples(), ReplicaReport::minibatches)
        .containsExactly(
            tuple(0, (long) SHARE, STEPS),
            tuple(1, (long) SHARE, STEPS),
            tuple(2, (long) SHARE, STEPS));
  }

  @Test
  void replicasRunInExecutorsAndPortsOfTheirOwn() {
    assertThat(firstEpoch.reports()).extracting(ReplicaReport::executor).doesNotHaveDuplicates();
    assertThat(firstEpoch.reports()).extracting(ReplicaReport::address).doesNotHaveDuplicates();
  }

  @Test
  void whatReplicasSendIsWhatTheyReceive() {
    List<SharingReport> sharing = lastEpoch.reports().stream().map(ReplicaReport::sharing).toList();
    assertThat(sharing).extracting(SharingReport::rounds).containsOnly(STEPS);
    assertThat(sharing).allMatch(report -> report.sentBytes() > 0);
    assertThat(sharing.stream().mapToLong(SharingReport::sentBytes).sum())
        .isEqualTo(sharing.stream().mapToLong(SharingReport::receivedBytes).sum());
  }

  @Test
  void reportsHowUpdatesWereEncodedFromTheFirstStepToTheLast() {
    List<EncodingSample> samples = lastEpoch.reports().get(0).sharing().encoding();
    assertThat(samples).extracting(EncodingSample::step).startsWith(0).endsWith(STEPS - 1);
    assertThat(samples).allMatch(sample -> sample.sparsity() >= 0 && sample.sparsity() < 1);
    assertThat(samples.get(samples.size() - 1).sparsity()).isPositive();
    assertThat(samples).allMatch(sample -> sample.threshold() > 0);
  }

  @Test
  void replicasStartAndEndWithTheSameBitsAsTheDriver() {
    assertThat(lastEpoch.reports())
        .extracting(ReplicaReport::start)
        .containsOnly(lastEpoch.reports().get(0).start());
    assertThat(lastEpoch.reports())
        .extracting(report -> report.end().checksum())
        .containsOnly(driverChecksum);
  }

  @Test
  void replicasThatSendAllNumbersARoundBehindAreTheSameAsWell() {
    EpochOutcome outcome = dense.get(0);
    assertThat(outcome.reports()).hasSize(REPLICAS);
    assertThat(
            outcome.reports().stream().map(report -> report.end().checksum()).distinct().toList())
        .hasSize(1);
    assertThat(outcome.sums().loss()).isLessThan(Math.log(10));
  }

  /** Two replicas on three executors, and those that they want are busy when an epoch begins. */
  @Test
  void replicasKeepTheirExecutorsAndARunTwiceHasTheSameBits() {
    assertThat(disturbed).hasSize(3);
    for (int epoch = 0; epoch < 3; epoch++) {
      assertThat(disturbed.get(epoch).reports())
          .extracting(ReplicaReport::address)
          .isEqualTo(disturbed.get(0).reports().stream().map(ReplicaReport::address).toList());
      assertThat(disturbed.get(epoch).reports())
          .extracting(ReplicaReport::end)
          .isEqualTo(undisturbed.get(epoch).reports().stream().map(ReplicaReport::end).toList());
      assertThat(disturbed.get(epoch).sums()).isEqualTo(undisturbed.get(epoch).sums());
    }
  }

  @Test
  void theDriversParametersMove() {
    assertThat(trainedParameters.distance2(initialParameters)).isGreaterThan(1);
  }

  @Test
  void theTrainingLossFalls() {
    assertThat(lastEpoch.sums().loss()).isLessThan(0.8 * firstEpoch.sums().loss());
  }

  @Test
  void accuracyInInferenceModeFollowsAccuracyInTrainingMode() {
    assertThat(lastEpoch.sums().accuracy()).isGreaterThan(3 * CHANCE);
    assertThat(onTrainingImages.accuracy()).isCloseTo(lastEpoch.sums().accuracy(), within(0.15));
    assertThat(onTestImages.accuracy()).isGreaterThan(2 * CHANCE);
  }

  @Test
  void evaluationCountsEveryImage() {
    assertThat(onTrainingImages.examples()).isEqualTo(REPLICAS * SHARE);
    assertThat(onTestImages.examples()).isEqualTo(TEST_IMAGES);
  }
}
