package dev.sparkresnet.job.config;

import com.typesafe.config.ConfigOrigin;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a configuration, so that the user hears of all of it at once. */
final class Problems {
  private final List<String> lines = new ArrayList<>();
  private final boolean areUnknownSettings;

  Problems() {
    this(true);
  }

  /**
   * No problems yet.
   *
   * @param areUnknownSettings whether settings that nobody knows are one; in the text of another
   *     version of this program they are not
   */
  Problems(boolean areUnknownSettings) {
    this.areUnknownSettings = areUnknownSettings;
  }

  boolean areUnknownSettings() {
    return areUnknownSettings;
  }

  void add(String line) {
    lines.add(line);
  }

  /** Adds a problem with the place it comes from: a file and line, or the option as typed. */
  void add(ConfigOrigin origin, String path, String problem) {
    String place = origin.description();
    boolean namesPath = place.startsWith(Assignment.OPTION);
    lines.add(place + ": " + (namesPath ? "" : path + ": ") + problem);
  }

  int count() {
    return lines.size();
  }

  /**
   * Ends the collection.
   *
   * @throws InvalidConfigurationException with every problem, if there is one
   */
  void throwIfAny() {
    if (!lines.isEmpty()) {
      throw new InvalidConfigurationException(lines);
    }
  }
}
