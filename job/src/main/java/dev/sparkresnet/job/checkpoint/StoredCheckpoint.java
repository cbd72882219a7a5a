package dev.sparkresnet.job.checkpoint;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sparkresnet.job.config.InvalidConfigurationException;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.metrics.EpochMetrics;
import dev.sparkresnet.job.metrics.MetricsFile;
import dev.sparkresnet.job.metrics.TrainingSums;
import dev.sparkresnet.job.state.FlatVector;
import dev.sparkresnet.job.state.NetworkState;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A checkpoint on a Hadoop file system, format 3: a directory with
 *
 * <ul>
 *   <li>{@code parameters.f32}: weights and batch-norm statistics, little-endian floats in the
 *       order of {@code layout.json}
 *   <li>{@code velocity.f32}: the optimiser's velocity, in the same order without the running
 *       statistics, which have none
 *   <li>{@code layout.json}: name, position, shape and order of every parameter
 *   <li>{@code progress.json}: epochs and steps done, roll-backs, the state of the encoding, and
 *       the fingerprint of the images
 *   <li>{@code configuration.conf}: the resolved configuration
 *   <li>{@code metrics.jsonl}: one line for each epoch so far
 *   <li>{@code manifest.json}: format, program, time, and length and SHA-256 of these files; its
 *       own is in {@code manifest.sha256}
 * </ul>
 *
 * <p>Everything is plain numbers and text: reading a checkpoint creates no object that it names.
 */
public final class StoredCheckpoint {
  private static final String PARAMETERS = "parameters.f32";
  private static final String VELOCITY = "velocity.f32";
  private static final String LAYOUT = "layout.json";
  private static final String PROGRESS = "progress.json";
  private static final String CONFIGURATION = "configuration.conf";
  private static final Set<String> NAMES =
      Set.of(PARAMETERS, VELOCITY, LAYOUT, PROGRESS, CONFIGURATION, MetricsFile.NAME);

  private static final int LARGEST_PROGRESS = 1 << 16;

  /** Of ten thousand epochs. */
  private static final int LARGEST_METRICS = 1 << 22;

  /** Of ten thousand parameters. */
  private static final int LARGEST_LAYOUT = 1 << 21;

  private static final Pattern FINGERPRINT = Pattern.compile("\\d+-[0-9a-f]{16}");

  private final Path path;
  private final CheckpointFiles files;
  private final Progress progress;
  private final double threshold;
  private final String dataset;
  private final String configuration;
  private final List<EpochMetrics> metrics;

  /** The file {@code progress.json}. */
  private record ProgressFile(
      @JsonProperty("epochs") int epochs,
      @JsonProperty("steps") int steps,
      @JsonProperty("examples") long examples,
      @JsonProperty("loss_sum") double lossSum,
      @JsonProperty("correct") long correct,
      @JsonProperty("seconds") double seconds,
      @JsonProperty("roll_backs") int rollBacks,
      @JsonProperty("threshold") double threshold,
      @JsonProperty("dataset") String dataset) {

    static ProgressFile of(Checkpoint checkpoint) {
      Progress progress = checkpoint.progress();
      return new ProgressFile(
          progress.position().epochs(),
          progress.position().steps(),
          progress.sums().examples(),
          progress.sums().lossSum(),
          progress.sums().correct(),
          progress.seconds(),
          progress.rollBacks(),
          checkpoint.state().threshold(),
          checkpoint.dataset());
    }

    Progress progress() {
      return new Progress(
          new Position(epochs, steps),
          new TrainingSums(examples, lossSum, correct),
          seconds,
          rollBacks);
    }
  }

  private StoredCheckpoint(Path path, CheckpointFiles files, String name) throws IOException {
    this.path = path;
    this.files = files;
    ProgressFile file =
        CheckpointFiles.fromJson(
            PROGRESS, files.readText(PROGRESS, LARGEST_PROGRESS), ProgressFile.class);
    this.progress = file.progress();
    this.threshold = file.threshold();
    this.dataset = file.dataset();
    this.configuration = configuration(files);
    this.metrics = metrics(files);
    requireConsistent(name);
  }

  private static String configuration(CheckpointFiles files) throws IOException {
    String text = files.readText(CONFIGURATION, ResolvedConfiguration.LARGEST_TEXT_BYTES);
    try {
      SortedMap<String, String> unused = ResolvedConfiguration.settingsOf(text);
    } catch (InvalidConfigurationException e) {
      throw new DamagedCheckpointException(CONFIGURATION, "it is not a resolved configuration", e);
    }
    return text;
  }

  private static List<EpochMetrics> metrics(CheckpointFiles files) throws IOException {
    try {
      return files
          .readText(MetricsFile.NAME, LARGEST_METRICS)
          .lines()
          .map(EpochMetrics::fromJson)
          .toList();
    } catch (IllegalArgumentException e) {
      throw new DamagedCheckpointException(MetricsFile.NAME, "a line is not an epoch", e);
    }
  }

  private void requireConsistent(String name) throws IOException {
    if (!(threshold > 0 && Double.isFinite(threshold))) {
      throw new DamagedCheckpointException(PROGRESS, "the threshold is " + threshold);
    }
    if (progress.rollBacks() < 0) {
      throw new DamagedCheckpointException(
          PROGRESS, String.format(Locale.ROOT, "it counts %d roll-backs", progress.rollBacks()));
    }
    requireSumsOf(progress.sums());
    if (!FINGERPRINT.matcher(dataset).matches()) {
      throw new DamagedCheckpointException(PROGRESS, "it has no fingerprint of the images");
    }
    if (!name.equals(progress.position().name())) {
      throw new DamagedCheckpointException(PROGRESS, "it is of " + progress.position());
    }
    List<Integer> epochs = metrics.stream().map(EpochMetrics::epoch).toList();
    if (metrics.size() != progress.position().epochs()
        || !epochs.equals(IntStream.rangeClosed(1, metrics.size()).boxed().toList())) {
      throw new DamagedCheckpointException(MetricsFile.NAME, "it holds the epochs " + epochs);
    }
  }

  private void requireSumsOf(TrainingSums sums) throws IOException {
    boolean isCount = 0 <= sums.correct() && sums.correct() <= sums.examples();
    if (!isCount || !Double.isFinite(sums.lossSum()) || !isTime(progress.seconds())) {
      throw new DamagedCheckpointException(
          PROGRESS, "it has %s after %s seconds".formatted(sums, progress.seconds()));
    }
  }

  private static boolean isTime(double seconds) {
    return seconds >= 0 && Double.isFinite(seconds);
  }

  /**
   * Writes a checkpoint to a directory that is not there yet, and makes sure that it can be read as
   * a resume reads it.
   */
  static void write(FileSystem files, Path directory, Checkpoint checkpoint, ParameterLayout layout)
      throws IOException {
    CheckpointFiles out = CheckpointFiles.create(files, directory);
    out.write(PARAMETERS, checkpoint.state().parameters()::writeTo);
    out.write(VELOCITY, checkpoint.state().velocity()::writeTo);
    out.writeText(LAYOUT, CheckpointFiles.toJson(layout));
    out.writeText(PROGRESS, CheckpointFiles.toJson(ProgressFile.of(checkpoint)));
    out.writeText(CONFIGURATION, checkpoint.configuration());
    out.writeText(
        MetricsFile.NAME,
        checkpoint.metrics().stream()
            .map(epoch -> epoch.toJson() + "\n")
            .collect(Collectors.joining()));
    out.writeManifest();
    StoredCheckpoint written =
        new StoredCheckpoint(
            directory,
            CheckpointFiles.open(files, directory, NAMES),
            checkpoint.progress().position().name());
    written.requireLayout(layout);
    written.verify();
  }

  /**
   * Whether two directories hold the same checkpoint.
   *
   * @throws DamagedCheckpointException if one of them holds none
   */
  static boolean isSame(FileSystem files, Path one, Path other) throws IOException {
    return CheckpointFiles.open(files, one, NAMES)
        .areSameAs(CheckpointFiles.open(files, other, NAMES));
  }

  /**
   * Opens a checkpoint and reads all but its network.
   *
   * @throws DamagedCheckpointException if it is not what was written
   */
  static StoredCheckpoint open(FileSystem files, Path path) throws IOException {
    return new StoredCheckpoint(path, CheckpointFiles.open(files, path, NAMES), path.getName());
  }

  /**
   * Reads every byte.
   *
   * @throws DamagedCheckpointException if something is not what was written
   */
  void verify() throws IOException {
    files.verify();
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** How far the run had come. */
  public Progress progress() {
    return progress;
  }

  /** The fingerprint of the images that the run trains on. */
  public String dataset() {
    return dataset;
  }

  /** The resolved configuration of the run, as text. */
  public String configuration() {
    return configuration;
  }

  /** One for each epoch so far. */
  public List<EpochMetrics> metrics() {
    return metrics;
  }

  /** The threshold that the encoding of updates goes on with. */
  public double threshold() {
    return threshold;
  }

  /**
   * Reads the network's state.
   *
   * @param layout of the parameters of the network
   * @param parameters how many parameters the network has
   * @param velocities how many values the state of its optimiser has
   * @throws DamagedCheckpointException if it is damaged or that of another network
   */
  NetworkState state(ParameterLayout layout, long parameters, long velocities) throws IOException {
    NetworkState state =
        new NetworkState(vector(PARAMETERS, parameters), vector(VELOCITY, velocities), threshold);
    requireLayout(layout);
    return state;
  }

  private void requireLayout(ParameterLayout layout) throws IOException {
    String stored = files.readText(LAYOUT, LARGEST_LAYOUT);
    if (!CheckpointFiles.fromJson(LAYOUT, stored, ParameterLayout.class).equals(layout)) {
      throw new DamagedCheckpointException(LAYOUT, "the parameters of this network are others");
    }
  }

  /** How many parameters its network has. */
  long parameters() {
    return files.bytes(PARAMETERS) / Float.BYTES;
  }

  private FlatVector vector(String name, long length) throws IOException {
    if (files.bytes(name) != length * Float.BYTES) {
      throw new DamagedCheckpointException(
          name,
          String.format(
              Locale.ROOT,
              "it holds %d bytes, this network has %d values of 4 bytes",
              files.bytes(name),
              length));
    }
    return files.read(name, in -> FlatVector.readFrom(in, Math.toIntExact(length)));
  }
}
