package dev.sparkresnet.job.preflight.measure;

import static java.util.Comparator.naturalOrder;

import dev.sparkresnet.job.network.LocalAddress;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A JVM of the application.
 *
 * @param executor Spark's name for it
 * @param host as Spark names it
 */
public record Place(String executor, String host) implements Serializable {
  private static final String DRIVER = "driver";
  private static final int MOST_SHOWN = 4;

  /** Spark numbers executors in the order in which they come. */
  public static final Comparator<Place> BY_NUMBER =
      Comparator.comparing(
          Place::executor, Comparator.comparingInt(String::length).thenComparing(naturalOrder()));

  public static Place driver(String host) {
    return new Place(DRIVER, host);
  }

  static Place ofThisJvm() {
    return new Place(LocalAddress.executorId(), LocalAddress.sparkHost());
  }

  public boolean isDriver() {
    return executor.equals(DRIVER);
  }

  /** Several of them, the first ones by name. */
  public static String toString(List<Place> places) {
    String first =
        places.stream().limit(MOST_SHOWN).map(Place::toString).collect(Collectors.joining(", "));
    int more = places.size() - MOST_SHOWN;
    return more > 0 ? String.format(Locale.ROOT, "%s and %d more", first, more) : first;
  }

  @Override
  public String toString() {
    return (isDriver() ? DRIVER : "executor " + executor) + " on " + host;
  }
}
