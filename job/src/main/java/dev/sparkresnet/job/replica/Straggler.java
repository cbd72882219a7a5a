package dev.sparkresnet.job.replica;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The replica that the others waited for longest.
 *
 * @param waited by each of the others, on average
 */
public record Straggler(int replica, Duration waited) {

  /** That of some steps; none if replicas do not wait for each other. */
  public static Optional<Straggler> of(List<ReplicaReport> reports) {
    return reports.stream()
        .filter(report -> report.sharing().rounds() > 0)
        .map(report -> new Straggler(report.replica(), meanWait(report.replica(), reports)))
        .max(Comparator.comparing(Straggler::waited));
  }

  private static Duration meanWait(int replica, List<ReplicaReport> reports) {
    return reports.stream()
        .filter(report -> report.replica() != replica)
        .map(report -> report.sharing().waited().getOrDefault(replica, Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus)
        .dividedBy(Math.max(1, reports.size() - 1));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "waited %.1f s for replica %d", waited.toMillis() / 1e3, replica);
  }
}
