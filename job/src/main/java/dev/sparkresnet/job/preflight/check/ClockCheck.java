package dev.sparkresnet.job.preflight.check;

import dev.sparkresnet.job.preflight.measure.ClockReading;
import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Place;
import dev.sparkresnet.job.preflight.measure.Survey;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Clocks agree. A run does not depend on them, but Kerberos refuses who is more than five minutes
 * off (RFC 4120, 3.1.3), and the logs of hosts can be laid side by side only if they agree.
 */
public final class ClockCheck implements Check {
  static final String CURE =
      "Synchronise the clocks of the hosts by NTP (systemd-timesyncd or chronyd).";

  private static final Duration NOTEWORTHY = Duration.ofSeconds(5);
  private static final Duration REFUSED = Duration.ofMinutes(5);

  @Override
  public String name() {
    return "clocks";
  }

  @Override
  public List<Finding> judge(Survey survey) {
    if (survey.clocks().isEmpty()) {
      return List.of(Finding.skipped("no executor to compare with"));
    }
    List<Finding> apart =
        survey.clocks().stream()
            .filter(clock -> clock.apart().compareTo(NOTEWORTHY) > 0)
            .map(ClockCheck::judge)
            .toList();
    return apart.isEmpty()
        ? List.of(
            Finding.ok(String.format(Locale.ROOT, "less than %d s apart", NOTEWORTHY.toSeconds())))
        : apart;
  }

  private static Finding judge(ClockReading clock) {
    String detail =
        String.format(
            Locale.ROOT, "at least %.1f s from the driver's", clock.apart().toMillis() / 1e3);
    List<Place> place = List.of(clock.place());
    return clock.apart().compareTo(REFUSED) > 0
        ? Finding.failed(place, detail, CURE)
        : Finding.warning(place, detail, CURE);
  }
}
