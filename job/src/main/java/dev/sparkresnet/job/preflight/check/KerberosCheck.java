package dev.sparkresnet.job.preflight.check;

import dev.sparkresnet.job.failure.KerberosFailure;
import dev.sparkresnet.job.kerberos.Identity;
import dev.sparkresnet.job.kerberos.Identity.Proof;
import dev.sparkresnet.job.kerberos.KerberosSettings;
import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Place;
import dev.sparkresnet.job.preflight.measure.ProcessFacts;
import dev.sparkresnet.job.preflight.measure.Survey;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Where Hadoop asks for Kerberos, driver and executors can prove who they are for as long as the
 * run may take. Without a proof a run can do, as long as its paths are on other file systems.
 */
public final class KerberosCheck implements Check {
  static final String CURE = "Get a ticket: " + KerberosFailure.CURE + ".";
  static final String LONGER =
      "Give --principal and --keytab, from which tickets are renewed, or set training.stop-after to"
          + " a shorter time.";
  static final String EXECUTOR_CURE =
      "Name the file systems of the images in %s, and give executors the Hadoop configuration"
              .formatted(KerberosSettings.FILE_SYSTEMS)
          + " (HADOOP_CONF_DIR).";

  @Override
  public String name() {
    return "kerberos";
  }

  @Override
  public List<Finding> judge(Survey survey) {
    ProcessFacts driver = survey.driver();
    if (!driver.identity().isKnown()) {
      return List.of(Finding.failed(driver.place(), driver.identity().problem(), CURE));
    }
    Identity identity = driver.identity().value();
    if (identity.proof() == Proof.NONE_NEEDED) {
      return List.of(Finding.ok("not asked for, user " + identity.user()));
    }
    Stream<Finding> executors =
        survey.executors().stream().filter(KerberosCheck::isRefused).map(KerberosCheck::refused);
    return Stream.concat(Stream.of(judge(driver, identity, survey.plan().stopAfter())), executors)
        .toList();
  }

  private static boolean isRefused(ProcessFacts executor) {
    return !executor.images().isKnown()
        && executor.identity().isKnown()
        && executor.identity().value().proof() != Proof.TOKENS;
  }

  private static Finding refused(ProcessFacts executor) {
    return Finding.failed(executor.place(), "no delegation token", EXECUTOR_CURE);
  }

  private static Finding judge(ProcessFacts driver, Identity identity, Duration stopAfter) {
    Place place = driver.place();
    String user = identity.user();
    return switch (identity.proof()) {
      case NONE_NEEDED -> throw new IllegalArgumentException("there is nothing to judge");
      case KEYTAB ->
          Finding.ok(
              place,
              "%s from a keytab, ticket for %s, renewed from it"
                  .formatted(user, shown(identity.left())));
      case TICKET -> judgeTicket(place, identity, stopAfter);
      case TOKENS ->
          Finding.ok(place, user + " by delegation tokens, which last a week by default");
      case NONE ->
          driver.runDirectory().isKnown() && driver.images().isKnown()
              ? Finding.ok(place, "no ticket of %s, and none was needed".formatted(user))
              : Finding.failed(place, "no valid ticket of " + user, CURE);
    };
  }

  private static Finding judgeTicket(Place place, Identity identity, Duration stopAfter) {
    boolean canBeRenewed = identity.renewable().compareTo(identity.left()) > 0;
    String ticket =
        "ticket of %s for %s, %s"
            .formatted(
                identity.user(),
                shown(identity.left()),
                canBeRenewed
                    ? "renewable for " + shown(identity.renewable())
                    : "which cannot be renewed");
    Duration longest = canBeRenewed ? identity.renewable() : identity.left();
    if (stopAfter.isZero()) {
      return canBeRenewed
          ? Finding.ok(place, ticket)
          : Finding.warning(List.of(place), ticket, LONGER);
    }
    return longest.compareTo(stopAfter) < 0
        ? Finding.warning(
            List.of(place),
            "%s; training.stop-after is %s".formatted(ticket, shown(stopAfter)),
            LONGER)
        : Finding.ok(place, ticket);
  }

  /** The two largest units. */
  private static String shown(Duration time) {
    if (time.toDays() > 0) {
      return String.format(Locale.ROOT, "%d d %d h", time.toDays(), time.toHoursPart());
    }
    if (time.toHours() > 0) {
      return String.format(Locale.ROOT, "%d h %d min", time.toHours(), time.toMinutesPart());
    }
    return time.toMinutes() > 0
        ? String.format(Locale.ROOT, "%d min", time.toMinutes())
        : String.format(Locale.ROOT, "%d s", time.toSeconds());
  }
}
