package dev.sparkresnet.job.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.datasets.CifarDataset;
import dev.sparkresnet.datasets.synthetic.SyntheticCifar;
import dev.sparkresnet.job.TestApplication;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.config.TrainingConfig.Device;
import dev.sparkresnet.job.epoch.TrainingData;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.replica.ReplicaSetup;
import dev.sparkresnet.job.spark.ClusterSession;
import dev.sparkresnet.job.state.NetworkState;
import dev.sparkresnet.job.watch.TestWatchdog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas that are averaged every few steps, on three executors in processes of their own. */
class ParameterAveragingIT {
  private static final int EPOCHS = 2;

  @TempDir private static Path directory;

  private static final List<EpochMetrics> METRICS = new ArrayList<>();

  /** What a training came to after each of its epochs. */
  private static List<NetworkState> first;

  private static List<NetworkState> resumed;
  private static List<NetworkState> inStretches;

  @BeforeAll
  static void trainAgainAndAgainWithOneSeed() throws Exception {
    String images = directory.resolve("images").toString();
    SyntheticCifar.generate(new Configuration(), images, 1_000, 100, 7);
    TrainingConfig config = configuration(images);
    TestApplication.onExecutors(
        3,
        () -> {
          try (ClusterSession session =
              ClusterSession.open("ParameterAveragingIT", Device.CPU, config.executorWait())) {
            session.awaitExecutors(config.replicas(), config.executorWait());
            TrainingData data =
                new TrainingData(
                    session.context(),
                    CifarDataset.open(session.context().hadoopConfiguration(), images),
                    config);
            int steps = data.shards().minibatchesPerReplica();
            first = train(config, session, data, Optional.empty(), 1, EPOCHS, steps);
            inStretches = train(config, session, data, Optional.empty(), 1, 1, 8);
            Optional<NetworkState> half = Optional.of(inStretches.get(0));
            resumed = train(config, session, data, half, 2, EPOCHS, steps);
            return null;
          }
        });
  }

  private static TrainingConfig configuration(String images) {
    return ResolvedConfiguration.read(
            Optional.empty(),
            List.of(
                "run-directory=" + directory,
                "dataset.path=" + images,
                "replicas=3",
                "master=parameter-averaging",
                "parameter-averaging.every-steps=8",
                // No host has such an address: a port could not be taken.
                "gradient-sharing.network-mask=203.0.113.0/24",
                "model.blocks=[1]",
                "model.width=16",
                "optimizer.batch-size=16",
                "optimizer.learning-rate=0.05"))
        .training();
  }

  private static List<NetworkState> train(
      TrainingConfig config,
      ClusterSession session,
      TrainingData data,
      Optional<NetworkState> from,
      int firstEpoch,
      int lastEpoch,
      int stretch) {
    ReplicaSetup setup = ReplicaSetup.of(config, 0);
    ComputationGraph network = setup.newNetwork();
    from.ifPresent(state -> state.copyInto(network));
    List<NetworkState> states = new ArrayList<>();
    try (EpochCycle cycle =
        new EpochCycle(
            config, session, TestWatchdog.of(config, session), setup, data, network, 1)) {
      cycle.join();
      for (int epoch = firstEpoch; epoch <= lastEpoch; epoch++) {
        METRICS.add(WholeEpoch.runInStretches(cycle, data.shards(), epoch, stretch));
        states.add(NetworkState.of(network, 1));
      }
    }
    return states;
  }

  @Test
  void aResumedRunEndsWithTheBitsOfOneThatWasNotInterrupted() {
    assertThatBitsAreEqual(resumed.get(resumed.size() - 1), first.get(EPOCHS - 1));
  }

  @Test
  void theSameSeedGivesTheSameBitsInOneGoAndInStretches() {
    assertThatBitsAreEqual(inStretches.get(0), first.get(0));
  }

  private static void assertThatBitsAreEqual(NetworkState actual, NetworkState expected) {
    assertThat(actual.parameters().checksum()).isEqualTo(expected.parameters().checksum());
    assertThat(actual.velocity().checksum()).isEqualTo(expected.velocity().checksum());
  }

  @Test
  void everyReplicaDoesItsShareOfEveryEpochAndTheLossFalls() {
    assertThat(METRICS).extracting(EpochMetrics::examples).containsOnly(999L);
    assertThat(METRICS.get(EPOCHS - 1).trainLoss()).isLessThan(0.9 * METRICS.get(0).trainLoss());
    assertThat(METRICS.get(EPOCHS - 1).testAccuracy()).isGreaterThan(0.2);
  }
}
