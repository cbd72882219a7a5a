package dev.sparkresnet.datasets;

import java.util.List;
import java.util.Locale;

/** The two disjoint sets of examples. */
public enum Split {
  TRAINING,
  TEST;

  /** Returns the names of the files in index order; the first one is always there. */
  public List<String> files() {
    return switch (this) {
      case TRAINING -> CifarFormat.TRAINING_FILES;
      case TEST -> List.of(CifarFormat.TEST_FILE);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
