package dev.sparkresnet.job.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sparkresnet.job.failure.MendableException;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.MetricsFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
  private static final String DIRECTORY = "checkpoints";
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
    this(new Path(runDirectory, DIRECTORY), hadoop);
    try {
      files.mkdirs(directory);
      removeUnfinished();
    } catch (IOException e) {
      throw cannotOpen(directory, e);
    }
  }

  private CheckpointStore(Path directory, Configuration hadoop) {
    try {
      this.files = directory.getFileSystem(hadoop);
      this.directory = files.makeQualified(directory);
      this.names = FileContext.getFileContext(this.directory.toUri(), hadoop);
    } catch (IOException e) {
      throw cannotOpen(directory, e);
    }
  }

  private static UncheckedIOException cannotOpen(Path directory, IOException cause) {
    return new UncheckedIOException(
        "Cannot open checkpoints " + directory + ": " + cause.getMessage(), cause);
  }

  /**
   * The checkpoints of a run that may be going on: it is only looked at.
   *
   * @throws MendableException if there are none or they cannot be read
   */
  public static CheckpointStore ofExistingRun(Configuration hadoop, Path runDirectory) {
    try {
      CheckpointStore store = new CheckpointStore(new Path(runDirectory, DIRECTORY), hadoop);
      if (store.epochs().isEmpty()) {
        throw cannotOpen(store.directory, new FileNotFoundException("there is no checkpoint"));
      }
      return store;
    } catch (UncheckedIOException e) {
      throw new MendableException(e.getMessage(), e);
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
    List<Integer> epochs = epochs();
    return epochs.isEmpty() ? Optional.empty() : Optional.of(of(epochs.get(epochs.size() - 1)));
  }

  /**
   * The epochs that there are checkpoints of, in order.
   *
   * @throws UncheckedIOException if that cannot be read
   */
  public List<Integer> epochs() {
    try {
      return Arrays.stream(files.listStatus(directory))
          .map(FileStatus::getPath)
          .filter(path -> NAME.matcher(path.getName()).matches())
          .map(CheckpointStore::epochOf)
          .sorted()
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read checkpoints " + directory + ": " + e.getMessage(), e);
    }
  }

  private static int epochOf(Path checkpoint) {
    var matcher = NAME.matcher(checkpoint.getName());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a checkpoint: " + checkpoint);
    }
    return Integer.parseInt(matcher.group(1));
  }

  /**
   * Reads the checkpoint of an epoch, all but its network.
   *
   * @throws UncheckedIOException if it cannot be read
   */
  public Checkpoint of(int epoch) {
    Path checkpoint = pathOf(epoch);
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
