package dev.sparkresnet.job.preflight.check;

import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Link;
import dev.sparkresnet.job.preflight.measure.Survey;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** All processes reach each other: every one fetches blocks of Spark from every other. */
public final class LinkCheck implements Check {
  static final String CURE =
      "Open the TCP ports of Spark between all hosts (spark.blockManager.port,"
          + " spark.driver.blockManager.port and spark.driver.port fix them).";

  private static final int MOST_SHOWN = 3;

  @Override
  public String name() {
    return "tcp connections";
  }

  @Override
  public List<Finding> judge(Survey survey) {
    List<Link> links = survey.links();
    if (links.isEmpty()) {
      return List.of(Finding.skipped("no executor to reach"));
    }
    List<Link> closed = links.stream().filter(link -> !link.isOpen()).toList();
    return closed.isEmpty()
        ? List.of(Finding.ok(String.format(Locale.ROOT, "%d ways are open", links.size())))
        : failed("nothing arrives ", closed, CURE);
  }

  private static List<Finding> failed(String what, List<Link> links, String cure) {
    String shown =
        links.stream().limit(MOST_SHOWN).map(Link::toString).collect(Collectors.joining(", "));
    int more = links.size() - MOST_SHOWN;
    return List.of(
        Finding.failed(
            List.of(),
            what + shown + (more > 0 ? String.format(Locale.ROOT, " and %d more", more) : ""),
            cure));
  }
}
