package dev.sparkresnet.job.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Says what a misspelt or misplaced setting was probably meant to be. */
final class Suggestion {
  private static final LevenshteinDistance EDITS = LevenshteinDistance.getDefaultInstance();

  /** Twice the longest setting. The comparison takes as long as the product of both lengths. */
  private static final int LONGEST_MISSPELT = 50;

  private Suggestion() {}

  /**
   * The problem of a setting that nothing reads.
   *
   * @param neighbours the settings that its block does have
   * @param all all settings there are, to find one by its name in another block
   */
  static String unknownSetting(String key, Collection<String> neighbours, Config all) {
    return closest(key, neighbours)
        .or(() -> elsewhere(key, all))
        .map(name -> "unknown setting, did you mean " + name + "?")
        .orElse("unknown setting");
  }

  /** The problem of a block at the top of a file that nothing reads. */
  static String unknownBlock(String name) {
    return unknownSetting(name, Set.of(ConfigurationFile.BLOCK), ConfigFactory.empty());
  }

  private static Optional<String> closest(String key, Collection<String> neighbours) {
    if (key.length() > LONGEST_MISSPELT) {
      return Optional.empty();
    }
    int tolerance = Math.max(2, key.length() / 3);
    return neighbours.stream()
        .filter(name -> EDITS.apply(key, name) <= tolerance)
        .min(Comparator.comparingInt(name -> EDITS.apply(key, name)));
  }

  private static Optional<String> elsewhere(String key, Config all) {
    return all.entrySet().stream()
        .map(setting -> setting.getKey())
        .filter(path -> path.endsWith("." + key))
        .sorted()
        .reduce((some, other) -> some + " or " + other);
  }
}
