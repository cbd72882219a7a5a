package dev.sparkresnet.job.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.model.LearningRateSchedule;
import dev.sparkresnet.model.NetworkSpec;
import dev.sparkresnet.model.OptimizerSpec;
import dev.sparkresnet.model.ResNet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  private static final EpochMetrics METRICS =
      new EpochMetrics(1, 2.25, 0.25, 2.0, 0.375, 0.02, 1280, 400, 40.0, 32.0, 2);

  @TempDir private Path run;

  private CheckpointStore store() {
    return new CheckpointStore(new Configuration(), new org.apache.hadoop.fs.Path(run.toUri()));
  }

  private static ComputationGraph network(int width, long seed) {
    NetworkSpec spec = NetworkSpec.resNet50(32, 10).withBlocks(List.of(1)).withWidth(width);
    OptimizerSpec optimizer =
        new OptimizerSpec(0.02, 0.9, 5e-4, new LearningRateSchedule.StepDecay(7, 0.1));
    return ResNet.create(spec, optimizer, seed);
  }

  private static Checkpoint checkpoint(int epoch) {
    return new Checkpoint(epoch, 2e-4, "{\"training\" : {}}", List.of(METRICS));
  }

  @Test
  void readsBackTheNewestCheckpoint() {
    ComputationGraph network = network(8, 1);
    store().write(checkpoint(9), network);
    store().write(checkpoint(10), network);
    assertThat(store().latest()).contains(checkpoint(10));
  }

  @Test
  void restoresWeightsAndMomentum() {
    ComputationGraph saved = network(8, 1);
    saved.getUpdater().getStateViewArray().assign(0.25);
    store().write(checkpoint(1), saved);
    ComputationGraph restored = network(8, 2);
    store().restoreInto(restored, 1);
    assertThat(restored.params()).isEqualTo(saved.params());
    assertThat(restored.getUpdater().getStateViewArray())
        .isEqualTo(saved.getUpdater().getStateViewArray());
  }

  @Test
  void findsNoneInANewRun() {
    assertThat(store().latest()).isEmpty();
  }

  @Test
  void clearsAwayWhatAKilledRunLeftHalfWritten() throws IOException {
    Path half = Files.createDirectories(run.resolve("checkpoints/.epoch-0003-1234"));
    Files.writeString(half.resolve("model.zip"), "half");
    assertThat(store().latest()).isEmpty();
    assertThat(half).doesNotExist();
  }

  @Test
  void neverReplacesAPublishedCheckpoint() throws IOException {
    ComputationGraph network = network(8, 1);
    store().write(checkpoint(1), network);
    assertThatThrownBy(() -> store().write(checkpoint(1), network))
        .hasMessageStartingWith(
            "Cannot write checkpoint file:" + run + "/checkpoints/epoch-0001: ");
    try (Stream<Path> left = Files.list(run.resolve("checkpoints"))) {
      assertThat(left).extracting(path -> path.getFileName().toString()).containsOnly("epoch-0001");
    }
  }

  @Test
  void refusesANetworkOfAnotherSize() {
    store().write(checkpoint(1), network(8, 1));
    ComputationGraph wider = network(16, 1);
    assertThatThrownBy(() -> store().restoreInto(wider, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot resume from ")
        .hasMessageContaining("epoch-0001/model.zip: it has ");
  }
}
