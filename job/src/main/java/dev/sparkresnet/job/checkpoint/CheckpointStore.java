package dev.sparkresnet.job.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.MetricsFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The checkpoints of a run: one directory an epoch, {@code checkpoints/epoch-0001}, on any Hadoop
 * file system.
 *
 * <p>A checkpoint is written to a hidden directory beside its place and published by one atomic
 * rename, so that whatever carries the name of an epoch is complete. It holds
 *
 * <ul>
 *   <li>{@code model.zip}: configuration, weights, batch-norm statistics and optimiser state, as
 *       DL4J's {@link ModelSerializer} writes them
 *   <li>{@code progress.json}: the epoch and the state of the encoding
 *   <li>{@code configuration.conf}: the resolved configuration
 *   <li>{@code metrics.jsonl}: one line for each epoch so far
 * </ul>
 */
public final class CheckpointStore {
  private static final Pattern NAME = Pattern.compile("epoch-(\\d{4,})");
  private static final String HIDDEN = ".";
  private static final String MODEL = "model.zip";
  private static final String PROGRESS = "progress.json";
  private static final String CONFIGURATION = "configuration.conf";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final FileSystem files;
  private final FileContext names;

  private record Progress(int epoch, double threshold) {}

  /**
   * Opens the checkpoints of a run, none yet or some, and clears away what a killed run left half
   * written.
   *
   * @throws UncheckedIOException if the directory cannot be made or read
   */
  public CheckpointStore(Configuration hadoop, Path runDirectory) {
    this.directory = new Path(runDirectory, "checkpoints");
    try {
      this.files = directory.getFileSystem(hadoop);
      this.names = FileContext.getFileContext(directory.toUri(), hadoop);
      files.mkdirs(directory);
      removeUnfinished();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot open checkpoints " + directory + ": " + e.getMessage(), e);
    }
  }

  private void removeUnfinished() throws IOException {
    for (FileStatus status : files.listStatus(directory)) {
      if (status.getPath().getName().startsWith(HIDDEN)) {
        files.delete(status.getPath(), true);
      }
    }
  }

  /**
   * Publishes a checkpoint and returns where it is.
   *
   * @throws UncheckedIOException if it cannot be written; nothing is published then
   */
  public Path write(Checkpoint checkpoint, ComputationGraph network) {
    Path target = pathOf(checkpoint.epoch());
    Path hidden = new Path(directory, HIDDEN + target.getName() + "-" + UUID.randomUUID());
    try {
      try {
        writeFiles(checkpoint, network, hidden);
        names.rename(hidden, target);
      } finally {
        files.delete(hidden, true);
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write checkpoint " + target + ": " + e.getMessage(), e);
    }
  }

  private void writeFiles(Checkpoint checkpoint, ComputationGraph network, Path hidden)
      throws IOException {
    files.mkdirs(hidden);
    try (OutputStream out = files.create(new Path(hidden, MODEL))) {
      ModelSerializer.writeModel(network, out, true);
    }
    Progress progress = new Progress(checkpoint.epoch(), checkpoint.threshold());
    writeText(new Path(hidden, PROGRESS), JSON.writeValueAsString(progress) + "\n");
    writeText(new Path(hidden, CONFIGURATION), checkpoint.configuration());
    new MetricsFile(files.getConf(), hidden.toString()).write(checkpoint.metrics());
  }

  private Path pathOf(int epoch) {
    return new Path(directory, String.format("epoch-%04d", epoch));
  }

  private void writeText(Path file, String text) throws IOException {
    try (OutputStream out = files.create(file)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * Reads the newest checkpoint, all but its network.
   *
   * @throws UncheckedIOException if it cannot be read
   */
  public Optional<Checkpoint> latest() {
    try {
      return newest().map(this::read);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read checkpoints " + directory + ": " + e.getMessage(), e);
    }
  }

  private Optional<Path> newest() throws IOException {
    return Arrays.stream(files.listStatus(directory))
        .map(FileStatus::getPath)
        .filter(path -> NAME.matcher(path.getName()).matches())
        .max(Comparator.comparingInt(CheckpointStore::epochOf));
  }

  private static int epochOf(Path checkpoint) {
    var matcher = NAME.matcher(checkpoint.getName());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a checkpoint: " + checkpoint);
    }
    return Integer.parseInt(matcher.group(1));
  }

  private Checkpoint read(Path checkpoint) {
    try {
      Progress progress = JSON.readValue(readText(new Path(checkpoint, PROGRESS)), Progress.class);
      List<EpochMetrics> metrics =
          readText(new Path(checkpoint, MetricsFile.NAME))
              .lines()
              .map(EpochMetrics::fromJson)
              .toList();
      return new Checkpoint(
          progress.epoch(),
          progress.threshold(),
          readText(new Path(checkpoint, CONFIGURATION)),
          metrics);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read checkpoint " + checkpoint + ": " + e.getMessage(), e);
    }
  }

  private String readText(Path file) throws IOException {
    try (InputStream in = files.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Copies weights, batch-norm statistics and optimiser state of an epoch into a network.
   *
   * @throws UncheckedIOException if the checkpoint cannot be read
   * @throws IllegalArgumentException if it holds a network of another size
   */
  public void restoreInto(ComputationGraph network, int epoch) {
    Path file = new Path(pathOf(epoch), MODEL);
    try (InputStream in = files.open(file)) {
      ComputationGraph saved = ModelSerializer.restoreComputationGraph(in, true);
      copy(file, "parameters", saved.params(), network.params());
      copy(
          file,
          "values of optimiser state",
          saved.getUpdater().getStateViewArray(),
          network.getUpdater().getStateViewArray());
      saved.close();
    } catch (FileNotFoundException e) {
      throw new UncheckedIOException("Cannot read checkpoint " + file + ": it does not exist", e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read checkpoint " + file + ": " + e.getMessage(), e);
    }
  }

  private static void copy(Path file, String what, INDArray from, INDArray to) {
    if (from.length() != to.length()) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot resume from %s: it has %d %s, this network has %d",
              file, from.length(), what, to.length()));
    }
    to.assign(from.reshape(to.shape()));
  }
}
