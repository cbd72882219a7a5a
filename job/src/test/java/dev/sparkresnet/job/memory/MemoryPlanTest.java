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
   * ResNet-50: P = 94,326,824 and V = 94,114,344 bytes, a message P / 16. By hand, 2 P + V + P + 2
   * * 2 P / 16 + P + 8 * 250 * 3082 * 4 without the two passes.
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

  /** The mesh: 10 MB and 24 MB a replica, 34 MB for one. */
  @Test
  void processIsHeapArraysJvmAndSharedMemory() {
    MemoryPlan plan = plan();
    long executor = plan.executor().bytes(1L << 30) - plan.executor().offHeapBytes();
    assertThat(executor / MEBIBYTE).isEqualTo(1024 + 640 + 33);
    long driver = plan.driver().bytes(1L << 30) - plan.driver().offHeapBytes();
    assertThat(driver / MEBIBYTE).isEqualTo(1024 + 640 + 57);
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

  /** Spark gives up at 1 GiB: 11 times V is 1,035,257,784, a tenth more is above it. */
  @Test
  void resultsAreTheVelocitiesOfAllReplicas() {
    assertThat(plan("replicas=11").resultBytes()).isEqualTo(1_035_257_784L + 103_525_778L);
  }
}
