package dev.sparkresnet.job.preflight.check;

import dev.sparkresnet.job.config.TrainingConfig.Master;
import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Link;
import dev.sparkresnet.job.preflight.measure.Survey;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Processes reach each other: over UDP the driver and every executor, since the driver relays all
 * updates, and over TCP all of them, since every one fetches blocks of Spark from every other.
 */
public record LinkCheck(Link.Kind kind) implements Check {
  static final String UDP_CURE =
      "Open UDP ports training.gradient-sharing.port-range between driver and executors in both"
          + " directions, or set training.master to parameter-averaging.";
  static final String LENGTH_CURE =
      "Put -Daeron.mtu.length=1408 into spark.driver.extraJavaOptions and"
          + " spark.executor.extraJavaOptions.";
  static final String TCP_CURE =
      "Open the TCP ports of Spark between all hosts (spark.blockManager.port,"
          + " spark.driver.blockManager.port and spark.driver.port fix them).";

  private static final int MOST_SHOWN = 3;

  @Override
  public String name() {
    return switch (kind) {
      case UDP -> "udp packets";
      case TCP -> "tcp connections";
    };
  }

  @Override
  public List<Finding> judge(Survey survey) {
    if (kind == Link.Kind.UDP && survey.plan().master() == Master.PARAMETER_AVERAGING) {
      return List.of(Finding.skipped("not used by master = parameter-averaging"));
    }
    List<Link> links = survey.links().stream().filter(link -> link.kind() == kind).toList();
    if (links.isEmpty()) {
      return List.of(Finding.skipped("no executor to reach, or no port to reach it at"));
    }
    List<Link> closed = with(links, Link.Outcome.NOTHING);
    if (!closed.isEmpty()) {
      return failed("nothing arrives ", closed, kind == Link.Kind.UDP ? UDP_CURE : TCP_CURE);
    }
    List<Link> narrow = with(links, Link.Outcome.SHORT_PACKETS_ONLY);
    if (!narrow.isEmpty()) {
      return failed("long packets are lost ", narrow, LENGTH_CURE);
    }
    return List.of(Finding.ok(String.format(Locale.ROOT, "%d ways are open", links.size())));
  }

  private static List<Link> with(List<Link> links, Link.Outcome outcome) {
    return links.stream().filter(link -> link.outcome() == outcome).toList();
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
