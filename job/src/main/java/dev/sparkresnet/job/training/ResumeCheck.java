package dev.sparkresnet.job.training;

import dev.sparkresnet.job.checkpoint.StoredCheckpoint;
import dev.sparkresnet.job.config.ResolvedConfiguration;
import dev.sparkresnet.job.failure.MendableException;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/** Compares the configuration of a checkpoint with the one that is to go on from it. */
final class ResumeCheck {
  private static final String MODEL = "training.model.";

  /** Either kind of layers has the same parameters. */
  private static final String LAYERS = "training.model.layers";

  private ResumeCheck() {}

  /**
   * Refuses to put the weights of one network into another.
   *
   * @throws MendableException naming every setting of the model that differs
   */
  static void requireSameNetwork(
      StoredCheckpoint checkpoint, ResolvedConfiguration configuration, Path runDirectory) {
    SortedMap<String, String> before = ResolvedConfiguration.settingsOf(checkpoint.configuration());
    SortedMap<String, String> now = configuration.settings();
    SortedSet<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(now.keySet());
    String differences =
        keys.stream()
            .filter(key -> key.startsWith(MODEL) && !key.equals(LAYERS))
            .filter(key -> !String.valueOf(before.get(key)).equals(now.get(key)))
            .map(key -> key + " was " + before.get(key) + ", is " + now.get(key))
            .collect(Collectors.joining("; "));
    if (!differences.isEmpty()) {
      throw new MendableException(
          String.format(
              "Cannot resume %s: its checkpoint of epoch %d holds another network: %s",
              runDirectory, checkpoint.epoch(), differences));
    }
  }
}
