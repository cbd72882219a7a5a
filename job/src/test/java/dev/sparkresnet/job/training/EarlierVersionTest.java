package dev.sparkresnet.job.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sparkresnet.job.checkpoint.CheckpointStore;
import dev.sparkresnet.job.checkpoint.StoredCheckpoint;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.replica.ReplicaSetup;
import dev.sparkresnet.job.state.NetworkState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A checkpoint of commit 2b4c522, in which replicas exchanged updates over UDP and could drift
 * apart: one epoch of a network of 546 parameters.
 */
class EarlierVersionTest {
  private static final Path STORED = Path.of("src/test/resources/checkpoint-of-2b4c522");

  @TempDir private static Path run;

  private static StoredCheckpoint checkpoint() throws IOException {
    Path copy = run.resolve("checkpoints/epoch-0001");
    if (!Files.exists(copy)) {
      Files.createDirectories(copy);
      try (Stream<Path> files = Files.list(STORED)) {
        for (Path file : files.toList()) {
          Files.copy(file, copy.resolve(file.getFileName()));
        }
      }
    }
    return store().newestWhole().orElseThrow();
  }

  private static CheckpointStore store() {
    return new CheckpointStore(
        new Configuration(), new org.apache.hadoop.fs.Path(run.toUri()), () -> {});
  }

  /** The settings of then, with two that decide nothing any more. */
  private static ResolvedConfiguration configuration() {
    return ResolvedConfiguration.read(
        Optional.empty(),
        List.of(
            "dataset.path=runs/data",
            "run-directory=runs/before",
            "model.blocks=[1]",
            "model.width=2",
            "optimizer.batch-size=8",
            "optimizer.epochs=1",
            "gradient-sharing.resynchronise=every-epoch",
            "gradient-sharing.drift-limit=1e-3"));
  }

  @Test
  void itsConfigurationIsThatOfTheSameTraining() throws IOException {
    String before = checkpoint().configuration();
    assertThat(before).contains("drift-limit", "resynchronise");
    assertThatCode(
            () ->
                ResumeCheck.between(before, configuration())
                    .requireSameTraining("run", Set.of("training.optimizer.epochs")))
        .doesNotThrowAnyException();
    assertThatCode(() -> ResolvedConfiguration.parse(before, "checkpoint"))
        .doesNotThrowAnyException();
  }

  @Test
  void itsNumbersAreRestored() throws IOException {
    ComputationGraph network = ReplicaSetup.of(configuration().training(), 0).newNetwork();
    NetworkState initial = NetworkState.of(network, 1);
    NetworkState restored = store().restore(checkpoint(), network);
    assertThat(NetworkState.of(network, 1).parameters().checksum())
        .isEqualTo(restored.parameters().checksum())
        .isNotEqualTo(initial.parameters().checksum());
    assertThat(checkpoint().progress().position().epochs()).isEqualTo(1);
    assertThat(checkpoint().metrics()).hasSize(1);
    assertThat(restored.threshold()).isPositive();
  }
}
