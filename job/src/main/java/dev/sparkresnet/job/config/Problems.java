package dev.sparkresnet.job.config;

import com.typesafe.config.ConfigOrigin;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects what is wrong with a configuration, so that the user hears of all of it at once. */
final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

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
    lines.add(at(origin, path) + problem);
  }

  /** Says what is odd but does no harm; not of the text of another version. */
  void warn(ConfigOrigin origin, String path, String what) {
    if (areUnknownSettings) {
      LOG.warn("{}{}", at(origin, path), what);
    }
  }

  private static String at(ConfigOrigin origin, String path) {
    String place = origin.description();
    boolean namesPath = place.startsWith(Assignment.OPTION);
    return place + ": " + (namesPath ? "" : path + ": ");
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
