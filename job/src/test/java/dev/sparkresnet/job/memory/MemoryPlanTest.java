package dev.sparkresnet.job.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.config.TrainingConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
  private static final long MEBIBYTE = 1 << 20;

  static MemoryPlan plan(String... settings) {
    return MemoryPlan.of(config(settings));
  }

  private static TrainingConfig config(String... settings) {
    List<String> all = new ArrayList<>(List.of("run-directory=none", "dataset.path=none"));
    all.addAll(List.of(settings));
    return ResolvedConfiguration.read(Optional.empty(), all).training();
  }

  /**
   * ResNet-50: P = 94,326,824 and V = 94,114,344 bytes, messages P / 4. By hand, 2 P + V + P + P /
   * 4 + P + 8 * 250 * 3082 * 4 without the two passes.
   */
  @Test
  void partsOfTheResNetAreThoseWorkedOutByHand() {
    var parts = plan("optimizer.batch-size=128").executor().arrays();
    assertThat(parts)
        .extracting(part -> part.purpose() + " " + part.bytes())
        .contains(
            "parameters and gradient 188653648",
            "velocity 94114344",
            "residual of the encoding 94326824",
            "messages 23581706",
            "parameters in transit 94326824",
            "minibatches 24656000");
  }

  @Test
  void growsWithTheMinibatchAndNotWithTheReplicasOfAveraging() {
    assertThat(plan("optimizer.batch-size=256").executor().offHeapBytes())
        .isGreaterThan(plan("optimizer.batch-size=128").executor().offHeapBytes());
    assertThat(plan("master=parameter-averaging", "replicas=8").executor().offHeapBytes())
        .isEqualTo(plan("master=parameter-averaging", "replicas=2").executor().offHeapBytes());
  }

  @Test
  void processIsHeapArraysAndJvm() {
    MemoryPlan plan = plan();
    long executor = plan.executor().bytes(1L << 30) - plan.executor().offHeapBytes();
    assertThat(executor / MEBIBYTE).isEqualTo(1024 + 640);
    long driver = plan.driver().bytes(1L << 30) - plan.driver().offHeapBytes();
    assertThat(driver / MEBIBYTE).isEqualTo(1024 + 640);
  }

  /** By hand: 3 * 3,073 bytes of an image on each of two replicas. */
  @Test
  void theHeapFollowsTheImagesThatThereAre() {
    TrainingConfig config = config("replicas=2");
    long of60000 = MemoryPlan.of(config).executor().heapBytes();
    assertThat(MemoryPlan.of(config, 50_000, 10_000).executor().heapBytes()).isEqualTo(of60000);
    assertThat(MemoryPlan.of(config, 1_000_000, 10_000).executor().heapBytes() - of60000)
        .isEqualTo(3L * 950_000 * 3_073 / 2);
    assertThat(
            of60000
                - plan("dataset.train-limit=1000", "dataset.test-limit=10").executor().heapBytes())
        .isEqualTo(3L * 58_990 * 3_073 / 2);
  }

  /** P + V and a tenth more, whatever the number of replicas. */
  @Test
  void resultsAreWhatAllReplicasHaveComeTo() {
    assertThat(plan("replicas=11").resultBytes()).isEqualTo(188_441_168L + 18_844_116L);
    assertThat(plan("master=parameter-averaging").resultBytes())
        .isEqualTo(plan("replicas=2").resultBytes());
  }

  /** With N > 1: 3 V and P / 2, or 3 P for each of 2 rounds; a lone replica exchanges nothing. */
  @Test
  void theHeapHasRoomForTheMessagesOfTheRoundsThatCanBeOpen() {
    long alone = plan("master=parameter-averaging").executor().heapBytes();
    assertThat(plan("replicas=2").executor().heapBytes() - alone)
        .isEqualTo(3 * 94_114_344L + 94_326_824L / 2);
    assertThat(plan("gradient-sharing.encoding=dense").executor().heapBytes() - alone)
        .isEqualTo(3 * 94_114_344L + 6 * 94_326_824L);
    assertThat(plan("replicas=1").executor().heapBytes())
        .isEqualTo(plan("replicas=1", "master=parameter-averaging").executor().heapBytes());
  }
}
