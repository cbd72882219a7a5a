package dev.sparkresnet.job.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sparkresnet.job.UnansweredRenames;
import dev.sparkresnet.job.config.CheckpointConfig;
import dev.sparkresnet.job.failure.StorageException;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.EpochSamples;
import dev.sparkresnet.job.metrics.TrainingSums;
import dev.sparkresnet.job.state.NetworkState;
import dev.sparkresnet.model.ResNet;
import dev.sparkresnet.model.network.NetworkSpec;
import dev.sparkresnet.model.optimizer.LearningRateSchedule;
import dev.sparkresnet.model.optimizer.OptimizerSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class CheckpointStoreTest {
  private static final String DATASET = "120-0123456789abcdef";
  private static final String CONFIGURATION = "{\"training\" : {\"seed\" : 1}}";
  private static final ComputationGraph NETWORK = network(8, 1);
  private static final ParameterLayout LAYOUT = ParameterLayout.of(NETWORK);

  @TempDir private Path run;

  private CheckpointStore store() {
    return new CheckpointStore(
        new Configuration(), new org.apache.hadoop.fs.Path(run.toUri()), () -> {});
  }

  private static ComputationGraph network(int width, long seed) {
    NetworkSpec spec = NetworkSpec.resNet50(32, 10).withBlocks(List.of(1)).withWidth(width);
    OptimizerSpec optimizer =
        new OptimizerSpec(0.02, 0.9, 5e-4, new LearningRateSchedule.StepDecay(7, 0.1));
    return ResNet.create(spec, optimizer, seed);
  }

  private static Checkpoint checkpoint(int epoch) {
    return checkpoint(EpochSamples.upTo(epoch));
  }

  private static Checkpoint checkpoint(List<EpochMetrics> metrics) {
    return new Checkpoint(
        Progress.afterEpoch(metrics.size()),
        DATASET,
        CONFIGURATION,
        metrics,
        NetworkState.of(NETWORK, 2e-4));
  }

  private Path published(int epoch) {
    return run.resolve("checkpoints").resolve(Position.afterEpoch(epoch).name());
  }

  private void write(int... epochs) {
    for (int epoch : epochs) {
      store().write(checkpoint(epoch), LAYOUT);
    }
  }

  @Test
  void findsTheNewestCheckpoint() {
    write(9, 10);
    StoredCheckpoint newest = store().newestWhole().orElseThrow();
    assertThat(newest.progress()).isEqualTo(Progress.afterEpoch(10));
    assertThat(newest.threshold()).isEqualTo(2e-4);
    assertThat(newest.dataset()).isEqualTo(DATASET);
    assertThat(newest.configuration()).isEqualTo(CONFIGURATION);
    assertThat(newest.metrics()).isEqualTo(EpochSamples.upTo(10));
  }

  @Test
  void restoresWeightsAndMomentum() {
    ComputationGraph saved = network(8, 1);
    saved.getUpdater().getStateViewArray().assign(0.25);
    store()
        .write(
            new Checkpoint(
                Progress.afterEpoch(1),
                DATASET,
                CONFIGURATION,
                EpochSamples.upTo(1),
                NetworkState.of(saved, 2e-4)),
            LAYOUT);
    ComputationGraph restored = network(8, 2);
    store().restore(store().newestWhole().orElseThrow(), restored);
    assertThat(restored.params()).isEqualTo(saved.params());
    assertThat(restored.getUpdater().getStateViewArray())
        .isEqualTo(saved.getUpdater().getStateViewArray());
  }

  @Test
  void passesOverNamesOfWhatCannotBe() throws IOException {
    Files.createDirectories(run.resolve("checkpoints/epoch-0000-step-000100"));
    assertThat(store().newestWhole()).isEmpty();
  }

  @Test
  void findsNoneInANewRun() {
    assertThat(store().newestWhole()).isEmpty();
  }

  @Test
  void clearsAwayWhatAKilledRunLeftHalfWritten() throws IOException {
    Path half = Files.createDirectories(run.resolve("checkpoints/.epoch-0003-1234"));
    Files.writeString(half.resolve("parameters.f32"), "half");
    assertThat(store().newestWhole()).isEmpty();
    assertThat(half).doesNotExist();
  }

  @Test
  void writingTheSameAgainChangesNothing() throws IOException {
    write(1);
    byte[] manifest = Files.readAllBytes(published(1).resolve("manifest.json"));
    FileTime time = Files.getLastModifiedTime(published(1));
    write(1);
    assertThat(published(1).resolve("manifest.json")).hasBinaryContent(manifest);
    assertThat(Files.getLastModifiedTime(published(1))).isEqualTo(time);
    assertThat(namesIn(run.resolve("checkpoints"))).containsExactly("epoch-0001");
  }

  @Test
  void publishesAndRemovesThoughTheAnswersGetLost() throws IOException {
    CheckpointStore store =
        new CheckpointStore(
            UnansweredRenames.configuration(),
            new org.apache.hadoop.fs.Path(run.toUri()),
            () -> {});
    store.write(checkpoint(1), LAYOUT);
    store.write(checkpoint(2), LAYOUT);
    assertThat(namesIn(run.resolve("checkpoints"))).containsExactly("epoch-0001", "epoch-0002");
    store.removeObsolete(new CheckpointConfig(0, 1, 0), checkpoint(2));
    assertThat(namesIn(run.resolve("checkpoints"))).containsExactly("epoch-0002");
    assertThat(store.newestWhole()).isPresent();
  }

  @Test
  void removesWhatAFailedWriteLeft() throws IOException {
    CheckpointStore store = store();
    store.write(checkpoint(1), LAYOUT);
    Files.createDirectories(run.resolve("checkpoints/.epoch-0002-1234"));
    store.removeObsolete(new CheckpointConfig(0, 0, 0), checkpoint(1));
    assertThat(namesIn(run.resolve("checkpoints"))).containsExactly("epoch-0001");
  }

  @Test
  void neverReplacesAWholeCheckpoint() throws IOException {
    write(1);
    Checkpoint another = checkpoint(List.of(EpochSamples.of(1, 0.75)));
    assertThatThrownBy(() -> store().write(another, LAYOUT))
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith(
            "Cannot write checkpoint file:" + run + "/checkpoints/epoch-0001: ");
    assertThat(namesIn(run.resolve("checkpoints"))).containsExactly("epoch-0001");
  }

  private static List<String> namesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void putsADamagedCheckpointAsideWhenItsEpochIsDoneAgain() throws IOException {
    write(1);
    Files.delete(published(1).resolve("progress.json"));
    write(1);
    assertThat(store().newestWhole()).isPresent();
    assertThat(namesIn(run.resolve("checkpoints")))
        .hasSize(2)
        .contains("epoch-0001")
        .anyMatch(name -> name.startsWith("rejected-epoch-0001-"));
  }

  @Test
  void refusesANetworkOfAnotherSize() {
    write(1);
    StoredCheckpoint stored = store().of(1);
    assertThatThrownBy(() -> store().restore(stored, network(16, 1)))
        .isInstanceOf(StorageException.class)
        .hasMessage(
            "Cannot read checkpoint file:%s: parameters.f32: it holds %d bytes, this network has %d values of 4 bytes",
            published(1), 4 * NETWORK.params().length(), network(16, 1).params().length());
  }

  @Test
  void oneFlippedByteInAnyFileIsFoundAndTheCheckpointBeforeIsTaken() throws IOException {
    write(1, 2);
    for (String name : namesIn(published(2))) {
      if (!name.startsWith(".")) {
        Path file = published(2).resolve(name);
        byte[] whole = Files.readAllBytes(file);
        byte[] flipped = whole.clone();
        flipped[whole.length / 2] ^= 1;
        replace(file, flipped);
        assertThat(store().newestWhole().orElseThrow().metrics().size()).as(name).isEqualTo(1);
        replace(file, whole);
        assertThat(store().newestWhole().orElseThrow().metrics().size()).as(name).isEqualTo(2);
      }
    }
  }

  @Test
  void aFileCutShortOrMissingIsFoundAndNamed() throws IOException {
    write(1);
    for (String name : namesIn(published(1))) {
      if (!name.startsWith(".")) {
        Path file = published(1).resolve(name);
        byte[] whole = Files.readAllBytes(file);
        replace(file, Arrays.copyOf(whole, whole.length - 1));
        assertThatThrownBy(() -> store().newestWhole())
            .isInstanceOf(StorageException.class)
            .hasMessageStartingWith(
                "Cannot resume from file:%s/checkpoints: no checkpoint is whole: epoch-0001: %s: "
                    .formatted(run, name.equals("manifest.sha256") ? "manifest.json" : name));
        Files.delete(file);
        assertThatThrownBy(() -> store().newestWhole())
            .isInstanceOf(StorageException.class)
            .hasMessageContaining(": epoch-0001: " + name + ": it is missing");
        replace(file, whole);
      }
    }
  }

  /** Without the checksum that Hadoop keeps beside it, which would find it first. */
  private static void replace(Path file, byte[] content) throws IOException {
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.write(file, content);
  }

  @Test
  void hadoopsOwnChecksumFindsItFirst() throws IOException {
    write(1);
    Path file = published(1).resolve("velocity.f32");
    byte[] content = Files.readAllBytes(file);
    content[0] ^= 1;
    Files.write(file, content);
    assertThatThrownBy(() -> store().newestWhole())
        .hasMessageEndingWith(": epoch-0001: velocity.f32: the file system's own checksum differs");
  }

  @Test
  void namesTheFormatThatItDoesNotRead() throws IOException {
    Path old = Files.createDirectories(published(3));
    Files.writeString(old.resolve("model.zip"), "format 1");
    assertThatThrownBy(() -> store().newestWhole())
        .hasMessageEndingWith(
            ": epoch-0003: manifest.json: it is missing; checkpoints of format 1 have none and are"
                + " not read");
  }

  @Test
  void keepsTheNewestAndTheBest() {
    double[] accuracies = {0.5, 0.9, 0.6, 0.7, 0.8, 0.4};
    CheckpointConfig retention = new CheckpointConfig(0, 2, 1);
    List<EpochMetrics> metrics = new ArrayList<>();
    for (double accuracy : accuracies) {
      metrics.add(EpochSamples.of(metrics.size() + 1, accuracy));
      store().write(checkpoint(metrics), LAYOUT);
      store().removeObsolete(retention, checkpoint(metrics));
    }
    assertThat(store().epochs()).containsExactly(2, 5, 6);
  }

  private static Checkpoint within(int epochsDone, int steps) {
    TrainingSums sums = new TrainingSums(64L * steps, 140.5, 7);
    return new Checkpoint(
        Progress.afterEpoch(epochsDone).upTo(steps, sums, 1.5),
        DATASET,
        CONFIGURATION,
        EpochSamples.upTo(epochsDone),
        NetworkState.of(NETWORK, 2e-4));
  }

  @Test
  void findsTheNewestStepWithinAnEpoch() throws IOException {
    store().write(within(0, 100), LAYOUT);
    write(1);
    store().write(within(1, 100), LAYOUT);
    store().write(within(1, 50), LAYOUT);
    assertThat(namesIn(run.resolve("checkpoints")))
        .containsExactly(
            "epoch-0001",
            "epoch-0001-step-000100",
            "epoch-0002-step-000050",
            "epoch-0002-step-000100");
    StoredCheckpoint newest = store().newestWhole().orElseThrow();
    assertThat(newest.progress()).isEqualTo(within(1, 100).progress());
    assertThat(store().epochs()).containsExactly(1);
  }

  @Test
  void removesWhatServedWithinAnEpochThatIsComplete() throws IOException {
    store().write(within(0, 50), LAYOUT);
    store().write(within(0, 100), LAYOUT);
    store().removeObsolete(new CheckpointConfig(50, 1, 0), within(0, 100));
    assertThat(namesIn(run.resolve("checkpoints"))).containsExactly("epoch-0001-step-000100");
    write(1);
    store().removeObsolete(new CheckpointConfig(50, 3, 0), checkpoint(1));
    assertThat(namesIn(run.resolve("checkpoints"))).containsExactly("epoch-0001");
  }

  @Test
  void keepsAllWhenToldTo() {
    write(1, 2, 3, 4);
    store().removeObsolete(new CheckpointConfig(0, 0, 0), checkpoint(4));
    assertThat(store().epochs()).containsExactly(1, 2, 3, 4);
  }

  /** As the README describes the format. */
  @Test
  void anotherProgramCanReadTheParameters() throws IOException {
    write(1);
    FloatBuffer values =
        ByteBuffer.wrap(Files.readAllBytes(published(1).resolve("parameters.f32")))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    JsonNode layout = new ObjectMapper().readTree(published(1).resolve("layout.json").toFile());
    int end = 0;
    for (JsonNode parameter : layout.get("parameters")) {
      String name = parameter.get("layer").asText() + "_" + parameter.get("name").asText();
      INDArray expected = NETWORK.paramTable().get(name);
      assertThat(parameter.get("start").asInt()).as(name).isEqualTo(end);
      assertThat(parameter.get("shape")).as(name).hasSize(expected.rank());
      long[] index = new long[expected.rank()];
      for (int i = 0; i < expected.length(); i++) {
        assertThat(values.get(end + i)).as(name).isEqualTo(expected.getFloat(index));
        advance(index, parameter);
      }
      end += Math.toIntExact(expected.length());
    }
    assertThat(end).isEqualTo(values.capacity());
  }

  /** To the index of the next value. */
  private static void advance(long[] index, JsonNode parameter) {
    boolean lastIsFastest = parameter.get("order").asText().equals("c");
    for (int step = 0; step < index.length; step++) {
      int axis = lastIsFastest ? index.length - 1 - step : step;
      index[axis]++;
      if (index[axis] < parameter.get("shape").get(axis).asLong()) {
        return;
      }
      index[axis] = 0;
    }
  }
}
