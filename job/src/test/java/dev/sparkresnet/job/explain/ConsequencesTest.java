package dev.sparkresnet.job.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.sparkresnet.datasets.CifarFormat;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.launch.SparkSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsequencesTest {
  private static final SparkSettings NONE = new SparkSettings(new TreeMap<>());
  private static final double EXACT = 1e-12;

  @TempDir Path directory;

  private static TrainingConfig config(String... settings) {
    List<String> all = new ArrayList<>(List.of("run-directory=none", "dataset.path=none"));
    all.addAll(List.of(settings));
    return ResolvedConfiguration.read(Optional.empty(), all).training();
  }

  private static Consequences of(int images, String... settings) {
    return Consequences.of(
        config(settings), new TrainingImages(OptionalInt.of(images), "the test"));
  }

  private TrainingImages count(String... settings) {
    return TrainingImages.of(config(settings).dataset(), NONE, Duration.ofSeconds(60));
  }

  /** 50,000 over 3 are 16,666 for each, which are 260 minibatches of 64 and one of 26. */
  @Test
  void stepsAreMinibatchesOfAReplica() {
    Consequences consequences = of(50_000, "replicas=3");
    assertThat(consequences.steps()).hasValue(261);
    assertThat(consequences.globalBatch()).isEqualTo(192);
  }

  @Test
  void fewerImagesThanReplicasMakeNoSteps() {
    assertThat(of(2, "replicas=3").steps()).isEmpty();
  }

  /** Scaled by the root of 4; a tenth of it at first; two drops to a tenth before epoch 20. */
  @Test
  void learningRateIsScaledWarmedUpAndDropped() {
    Consequences.LearningRates rates =
        of(
                50_000,
                "replicas=4",
                "optimizer.learning-rate-scaling=sqrt",
                "optimizer.step.warm-up-epochs=3")
            .learningRates();
    assertThat(rates.first()).isCloseTo(0.004, within(EXACT));
    assertThat(rates.warmUpEpochs()).isEqualTo(3);
    assertThat(rates.full()).isCloseTo(0.04, within(EXACT));
    assertThat(rates.last()).isCloseTo(0.0004, within(EXACT));
  }

  @Test
  void replicasShareTheLearningRateOnlyIfUpdatesAreAveraged() {
    assertThat(of(50_000, "replicas=4").replicaShare()).isEqualTo(0.25);
    assertThat(of(50_000, "replicas=4", "gradient-sharing.combine=sum").replicaShare()).isOne();
    assertThat(of(50_000, "replicas=4", "master=parameter-averaging").replicaShare()).isOne();
  }

  /** 23,581,706 parameters. Entropies of exchange.md: 0.46 MB of an update, 6.4 of 64 sums. */
  @Test
  void updatesAndSumsTakeTheirEntropyAndATenthMore() {
    assertThat(of(50_000).transfer().most()).isEqualTo(4 * 23_581_706L);
    String dense = "gradient-sharing.maximum-sparsity=0.019";
    assertThat(of(50_000, "replicas=64", dense).transfer().typical() / 1.1 / 63 * 64)
        .isCloseTo(6.4e6 + 0.46e6, withinPercentage(3));
    assertThat(of(50_000, "replicas=8", dense).transfer().typical() / 1.1 / 7 * 8)
        .isCloseTo(2.2e6 + 0.46e6, withinPercentage(3));
    assertThat(of(50_000, "gradient-sharing.encoding=dense").transfer().typical())
        .isEqualTo(4 * 23_581_706L);
    assertThat(
            of(
                    50_000,
                    "gradient-sharing.encoding=dense",
                    "gradient-sharing.dense-precision=bfloat16")
                .transfer()
                .most())
        .isEqualTo(2 * 23_581_706L);
  }

  /** Parameters with batch-norm statistics, and velocity without. */
  @Test
  void averagesAndCheckpointsHoldParametersAndVelocity() {
    long bytes = 4 * (23_581_706L + 23_528_586L);
    Consequences consequences = of(50_000, "master=parameter-averaging");
    assertThat(consequences.transfer()).isEqualTo(new Consequences.Transfer(16, bytes, bytes));
    assertThat(consequences.checkpointBytes()).isEqualTo(bytes);
  }

  @Test
  void countsImagesByTheLimitWithoutReading() {
    assertThat(count("dataset.train-limit=512"))
        .isEqualTo(new TrainingImages(OptionalInt.of(512), "dataset.train-limit"));
  }

  @Test
  void countsImagesByTheLengthsOfTheFiles() throws IOException {
    Files.write(directory.resolve("data_batch_1.bin"), new byte[7 * CifarFormat.RECORD_BYTES]);
    Files.write(directory.resolve("test_batch.bin"), new byte[CifarFormat.RECORD_BYTES]);
    assertThat(count("dataset.path=" + directory))
        .isEqualTo(new TrainingImages(OptionalInt.of(7), directory.toString()));
  }

  @Test
  void saysWhyItDoesNotKnowTheImages() {
    TrainingImages images = count("dataset.path=" + directory.resolve("none"));
    assertThat(images.count()).isEmpty();
    assertThat(images.source())
        .isEqualTo("Cannot read dataset %s/none: it does not exist".formatted(directory));
  }
}
