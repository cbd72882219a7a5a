package dev.sparkresnet.job.preflight.report;

import static java.util.function.Predicate.not;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableList;

import dev.sparkresnet.job.preflight.check.Check;
import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Place;
import dev.sparkresnet.job.preflight.measure.Status;
import dev.sparkresnet.job.preflight.measure.Survey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/**
 * What a check found everywhere.
 *
 * @param findings at least one
 */
public record CheckResult(String name, List<Finding> findings) {
  private static final int MOST_SHOWN = 3;
  private static final String LINE = "%-15s  %-7s  %s";

  public static CheckResult of(Check check, Survey survey) {
    return new CheckResult(check.name(), check.judge(survey));
  }

  /** The worst of all. */
  public Status status() {
    return findings.stream().map(Finding::status).max(Status::compareTo).orElseThrow();
  }

  /** What the user is to do, a sentence for each thing. */
  public List<String> cures() {
    return worst().stream()
        .map(Finding::cure)
        .filter(not(String::isEmpty))
        .distinct()
        .limit(MOST_SHOWN)
        .toList();
  }

  private List<Finding> worst() {
    return findings.stream().filter(finding -> finding.status() == status()).toList();
  }

  /** As it stands in the table. */
  public String line() {
    return LINE.formatted(name, status().shown(), summary());
  }

  /** What was found, in a few words: the worst of it, and where that is, unless all are well. */
  public String summary() {
    var byDetail =
        worst().stream()
            .collect(groupingBy(Finding::detail, LinkedHashMap::new, toUnmodifiableList()));
    if (byDetail.size() == 1 && status().compareTo(Status.OK) <= 0) {
      return byDetail.keySet().iterator().next();
    }
    String first =
        byDetail.values().stream().limit(MOST_SHOWN).map(CheckResult::text).collect(joining("; "));
    int more = byDetail.size() - MOST_SHOWN;
    return more > 0 ? String.format(Locale.ROOT, "%s; and %d more", first, more) : first;
  }

  private static String text(List<Finding> alike) {
    List<Place> places = alike.stream().flatMap(finding -> finding.where().stream()).toList();
    String detail = alike.get(0).detail();
    return places.isEmpty() ? detail : Place.toString(places) + ": " + detail;
  }
}
