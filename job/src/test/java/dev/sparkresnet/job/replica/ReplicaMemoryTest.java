package dev.sparkresnet.job.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.memory.MemoryPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a replica really allocates, against the plan. */
class ReplicaMemoryTest {
  private static final long UNLIMITED = 8L << 30;
  private static final long TOO_LITTLE = 100L << 20;

  private static MemoryPlan plan(String... settings) {
    List<String> all = new ArrayList<>(List.of("run-directory=none", "dataset.path=none"));
    all.addAll(List.of(settings));
    return MemoryPlan.of(ResolvedConfiguration.read(Optional.empty(), all).training());
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.width=16 optimizer.batch-size=64 evaluation.batch-size=250",
        "model.width=64 optimizer.batch-size=8 evaluation.batch-size=50",
      })
  void replicaNeedsNoMoreThanPlannedAndMoreThanHalf(String settings) throws Exception {
    String[] each = settings.split(" ", -1);
    long planned = plan(each).executor().offHeapBytes();
    assertThat(ReplicaMemory.peak(UNLIMITED, each)).isBetween(planned / 2, planned);
  }

  /** Their garbage goes when the limit is reached. */
  @Tag("long")
  @Test
  void replicaOfStockLayersTrainsWithinThePlan() throws Exception {
    String[] each = {
      "model.width=8", "optimizer.batch-size=32", "evaluation.batch-size=50", "model.layers=stock"
    };
    long planned = plan(each).executor().offHeapBytes();
    assertThat(ReplicaMemory.peak(planned, each)).isBetween(planned / 4, planned);
  }

  @Test
  void limitIsKept() {
    assertThat(catchThrowable(() -> ReplicaMemory.peak(TOO_LITTLE, "optimizer.batch-size=8")))
        .hasMessage("the process ended with 1");
  }
}
