package dev.sparkresnet.job.checkpoint;

import dev.sparkresnet.datasets.storage.AtomicRename;
import dev.sparkresnet.datasets.storage.FileContexts;
import dev.sparkresnet.datasets.storage.HiddenPath;
import dev.sparkresnet.job.config.CheckpointConfig;
import dev.sparkresnet.job.failure.Reason;
import dev.sparkresnet.job.failure.StorageException;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.state.NetworkState;
import dev.sparkresnet.job.storage.LocalDisk;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a run on any Hadoop file system: directories {@code checkpoints/epoch-0001}
 * after an epoch and {@code checkpoints/epoch-0002-step-000100} within one.
 *
 * <p>A {@link StoredCheckpoint} is written to a hidden directory beside its place, read once, and
 * published by one atomic rename, so that whatever carries such a name was complete. What became of
 * it since, its manifest tells.
 */
public final class CheckpointStore {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
  private static final String DIRECTORY = "checkpoints";
  private static final String REJECTED = "rejected-";

  private final Path directory;
  private final FileSystem files;
  private final FileContext names;
  private final Runnable beforePublishing;

  /**
   * Opens the checkpoints of a run, none yet or some, and clears away what a killed run left half
   * written.
   *
   * @param beforePublishing refuses to have something published
   * @throws StorageException if the directory cannot be made or read
   */
  public CheckpointStore(Configuration hadoop, Path runDirectory, Runnable beforePublishing) {
    this(new Path(runDirectory, DIRECTORY), hadoop, beforePublishing);
    try {
      files.mkdirs(directory);
      removeUnfinished();
    } catch (IOException e) {
      throw cannot("open checkpoints", directory, e);
    }
  }

  private CheckpointStore(Path directory, Configuration hadoop, Runnable beforePublishing) {
    this.beforePublishing = beforePublishing;
    try {
      this.files = directory.getFileSystem(hadoop);
      this.directory = files.makeQualified(directory);
      this.names = FileContexts.of(this.directory, hadoop);
    } catch (IOException e) {
      throw cannot("open checkpoints", directory, e);
    }
  }

  /**
   * The checkpoints of a run that may be going on: it is only looked at.
   *
   * @throws UserErrorException if there are none or they cannot be read
   */
  public static CheckpointStore ofExistingRun(Configuration hadoop, Path runDirectory) {
    try {
      CheckpointStore store =
          new CheckpointStore(
              new Path(runDirectory, DIRECTORY), hadoop, CheckpointStore::refuseToPublish);
      if (store.epochs().isEmpty()) {
        throw new UserErrorException(
            "Cannot open checkpoints " + store.directory + ": there is no checkpoint");
      }
      return store;
    } catch (StorageException e) {
      throw new UserErrorException(e.getMessage(), e);
    }
  }

  private static void refuseToPublish() {
    throw new IllegalStateException("Cannot write to a run that may be going on");
  }

  private static StorageException cannot(String act, Path path, IOException cause) {
    return new StorageException("Cannot %s %s: %s".formatted(act, path, Reason.of(cause)), cause);
  }

  private void removeUnfinished() throws IOException {
    for (FileStatus status : files.listStatus(directory)) {
      if (HiddenPath.isHidden(status.getPath())) {
        files.delete(status.getPath(), true);
      }
    }
  }

  /**
   * Publishes a checkpoint and returns where it is. A damaged one of the same name is renamed to
   * {@code rejected-...}. Writing the same again changes nothing, so that it can be tried again
   * wherever it failed.
   *
   * @throws StorageException if it cannot be written, or another one has its name; it may be
   *     published all the same if the file system did not answer
   */
  public Path write(Checkpoint checkpoint, ParameterLayout layout) {
    Path target = pathOf(checkpoint.progress().position());
    HiddenPath hidden = HiddenPath.beside(target, names);
    try {
      StoredCheckpoint.write(files, hidden.path(), checkpoint, layout);
      LocalDisk.syncFiles(hidden.path());
      beforePublishing.run();
      publish(hidden);
      return target;
    } catch (IOException e) {
      throw cannot("write checkpoint", target, e);
    } finally {
      removeHidden(hidden);
    }
  }

  private void publish(HiddenPath hidden) throws IOException {
    Path target = hidden.target();
    setAsideIfDamaged(target);
    if (!files.exists(target) || !StoredCheckpoint.isSame(files, hidden.path(), target)) {
      hidden.publish();
    }
    LocalDisk.sync(directory);
  }

  /** What it leaves goes with what is obsolete next, or when the run is started again. */
  private static void removeHidden(HiddenPath hidden) {
    try {
      hidden.remove();
    } catch (IOException e) {
      LOG.warn("{} is left over for now: {}", hidden.path(), Reason.of(e));
    }
  }

  private void setAsideIfDamaged(Path target) throws IOException {
    if (!files.exists(target)) {
      return;
    }
    try {
      StoredCheckpoint.open(files, target).verify();
    } catch (DamagedCheckpointException e) {
      AtomicRename.rename(
          names,
          target,
          new Path(directory, REJECTED + target.getName() + "-" + UUID.randomUUID()));
    }
  }

  private Path pathOf(Position position) {
    return new Path(directory, position.name());
  }

  /**
   * The newest checkpoint that is whole, if there is any checkpoint. Every newer one is named in
   * the log, with what is wrong with it.
   *
   * @throws StorageException if one cannot be read, or if there are some and none is whole
   */
  public Optional<StoredCheckpoint> newestWhole() {
    List<String> rejected = new ArrayList<>();
    List<Position> newestFirst = new ArrayList<>(positions());
    Collections.reverse(newestFirst);
    for (Position position : newestFirst) {
      Path path = pathOf(position);
      try {
        StoredCheckpoint checkpoint = StoredCheckpoint.open(files, path);
        checkpoint.verify();
        return Optional.of(checkpoint);
      } catch (DamagedCheckpointException e) {
        LOG.warn("checkpoint {} is rejected: {}", path, Reason.of(e));
        rejected.add(path.getName() + ": " + Reason.of(e));
      } catch (IOException e) {
        throw cannot("read checkpoint", path, e);
      }
    }
    if (!rejected.isEmpty()) {
      throw new StorageException(
          "Cannot resume from %s: no checkpoint is whole: %s"
              .formatted(directory, String.join("; ", rejected)));
    }
    return Optional.empty();
  }

  /**
   * The epochs after which there are checkpoints, in order.
   *
   * @throws StorageException if that cannot be read
   */
  public List<Integer> epochs() {
    return positions().stream().filter(Position::isBetweenEpochs).map(Position::epochs).toList();
  }

  private List<Position> positions() {
    try {
      return Arrays.stream(files.listStatus(directory))
          .flatMap(status -> Position.parse(status.getPath().getName()).stream())
          .sorted()
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw cannot("read checkpoints", directory, e);
    }
  }

  /**
   * Opens the checkpoint after an epoch.
   *
   * @throws StorageException if it cannot be read or is damaged
   */
  public StoredCheckpoint of(int epoch) {
    try {
      return StoredCheckpoint.open(files, pathOf(Position.afterEpoch(epoch)));
    } catch (IOException e) {
      throw cannot("read checkpoint", pathOf(Position.afterEpoch(epoch)), e);
    }
  }

  /**
   * Copies weights, batch-norm statistics and optimiser state of a checkpoint into a network.
   *
   * @return the state as it was stored
   * @throws StorageException if the checkpoint cannot be read, is damaged or holds a network of
   *     another shape
   */
  public NetworkState restore(StoredCheckpoint checkpoint, ComputationGraph network) {
    try {
      NetworkState state =
          checkpoint.state(
              ParameterLayout.of(network),
              network.params().length(),
              network.getUpdater().getStateViewArray().length());
      state.copyInto(network);
      return state;
    } catch (IOException e) {
      throw cannot("read checkpoint", checkpoint.path(), e);
    }
  }

  /**
   * Removes checkpoints that are not to be kept, and what was left half written. It can be tried
   * again wherever it failed, but not while one is being written.
   *
   * @param checkpoint the newest, which is always kept
   * @throws StorageException if one cannot be removed
   */
  public void removeObsolete(CheckpointConfig config, Checkpoint checkpoint) {
    beforePublishing.run();
    List<Position> obsolete = Retention.obsolete(config, positions(), checkpoint.metrics());
    try {
      for (Position position : obsolete) {
        // A directory that is deleted file by file must not carry the name of a checkpoint.
        Path path = pathOf(position);
        AtomicRename.rename(names, path, HiddenPath.beside(path, names).path());
      }
      removeUnfinished();
    } catch (IOException e) {
      throw cannot("remove obsolete checkpoints of", directory, e);
    }
  }
}
