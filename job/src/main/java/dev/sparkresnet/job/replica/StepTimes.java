package dev.sparkresnet.job.replica;

import dev.sparkresnet.job.monitoring.ReplicaFigures;
import java.io.Serializable;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Where the time of a replica's steps went. */
public final class StepTimes implements Serializable {

  /** What a step consists of. */
  public enum Part {
    /** Waiting for the next minibatch. */
    INPUT,
    /** Forward and backward pass and the optimiser. */
    COMPUTE,
    /** Choosing what to send of the update, and sending it. */
    ENCODE,
    /** Changing the parameters. */
    APPLY,
    /** Waiting for what peers have to send. */
    WAIT
  }

  private final EnumMap<Part, Duration> times = new EnumMap<>(Part.class);

  public void add(Part part, long nanos) {
    times.merge(part, Duration.ofNanos(nanos), Duration::plus);
  }

  StepTimes plus(StepTimes other) {
    StepTimes sum = new StepTimes();
    for (StepTimes each : new StepTimes[] {this, other}) {
      for (Map.Entry<Part, Duration> entry : each.times.entrySet()) {
        sum.add(entry.getKey(), entry.getValue().toNanos());
      }
    }
    return sum;
  }

  /** Adds them to what the executor shows of itself. */
  void addTo(ReplicaFigures figures) {
    times.forEach((part, time) -> figures.spent(part.name().toLowerCase(Locale.ROOT), time));
  }

  Duration of(Part part) {
    return times.getOrDefault(part, Duration.ZERO);
  }

  /** The share of all of the time that was spent on the part, 0 to 1. */
  double share(Part part) {
    Duration total = times.values().stream().reduce(Duration.ZERO, Duration::plus);
    return total.isZero() ? 0 : (double) of(part).toNanos() / total.toNanos();
  }

  String summary() {
    return String.format(
        Locale.ROOT,
        "%.1f s computing, %.1f s encoding, %.1f s applying, %.1f s waiting for peers, %.1f s waiting"
            + " for input (%.1f %%)",
        seconds(Part.COMPUTE),
        seconds(Part.ENCODE),
        seconds(Part.APPLY),
        seconds(Part.WAIT),
        seconds(Part.INPUT),
        100 * share(Part.INPUT));
  }

  private double seconds(Part part) {
    return of(part).toNanos() / 1e9;
  }
}
