package dev.sparkresnet.job.replica;

import dev.sparkresnet.job.state.FlatVector;
import dev.sparkresnet.model.optimizer.ParameterRange;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * How far the trained parameters of a replica are from those of the driver; the running statistics
 * of batch norm are set, not trained, and do not count.
 *
 * @param distance square root of the sum of squared differences
 * @param norm square root of the sum of squares of the driver's parameters
 */
public record Drift(double distance, double norm) implements Serializable {

  static Drift between(FlatVector replica, FlatVector driver, List<ParameterRange> ranges) {
    double differences = 0;
    double squares = 0;
    for (ParameterRange range : ranges) {
      if (range.treatment() != ParameterRange.Treatment.FIXED) {
        differences += replica.squaredDifferences(driver, range.start(), range.end());
        squares += driver.squares(range.start(), range.end());
      }
    }
    return new Drift(Math.sqrt(differences), Math.sqrt(squares));
  }

  /** The one of them that is farthest in relation to the norm. */
  public static Drift largest(List<Drift> drifts) {
    return drifts.stream().max(Comparator.comparingDouble(Drift::relative)).orElseThrow();
  }

  /** The distance as a share of the norm. */
  public double relative() {
    return distance / norm;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.1e", relative());
  }
}
