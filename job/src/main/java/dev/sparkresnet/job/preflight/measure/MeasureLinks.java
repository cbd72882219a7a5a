package dev.sparkresnet.job.preflight.measure;

import dev.sparkresnet.job.transport.Endpoint;
import dev.sparkresnet.job.transport.PacketProbe;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Measures which ways lead to an executor and from it.
 *
 * @param token of the preflight
 * @param processes the driver first
 */
public record MeasureLinks(String token, List<ProcessFacts> processes)
    implements ExecutorStage.Work<MeasureLinks.Result> {
  /** A packet needs milliseconds; a host may be busy. */
  private static final Duration BOUND = Duration.ofSeconds(5);

  /**
   * What an executor found.
   *
   * @param clockMillis when it began
   */
  public record Result(Place place, long clockMillis, List<Link> links) implements Serializable {}

  @Override
  public Result run(int task) {
    long now = System.currentTimeMillis();
    Place own = Place.ofThisJvm();
    List<Link> links = new ArrayList<>(connect(own, processes));
    ProcessFacts driver = processes.get(0);
    processes.stream()
        .filter(process -> process.place().equals(own) && process.udpPort().isKnown())
        .filter(process -> driver.udpPort().isKnown())
        .findFirst()
        .ifPresent(
            self -> links.add(packets(driver, self.udpPort().value(), driver.udpPort().value())));
    return new Result(own, now, links);
  }

  private Link packets(ProcessFacts driver, Endpoint own, Endpoint peer) {
    try (PacketProbe probe = PacketProbe.at(own, token)) {
      return link(driver.place(), Place.ofThisJvm(), own, probe.exchange(peer, BOUND));
    }
  }

  /** Which kinds of packets got from one to the other. */
  public static Link link(Place from, Place to, Endpoint at, Set<PacketProbe.Kind> heard) {
    Link.Outcome outcome = Link.Outcome.NOTHING;
    if (heard.contains(PacketProbe.Kind.LONG)) {
      outcome = Link.Outcome.ALL;
    } else if (heard.contains(PacketProbe.Kind.SHORT)) {
      outcome = Link.Outcome.SHORT_PACKETS_ONLY;
    }
    return new Link(from, to, at.toString(), Link.Kind.UDP, outcome);
  }

  /** Connects to all other processes at once. */
  public static List<Link> connect(Place own, List<ProcessFacts> all) {
    List<Measurement<Link>> connections =
        all.stream()
            .filter(process -> !process.place().equals(own))
            .map(process -> Measurement.start("tcp", BOUND, () -> connect(own, process)))
            .toList();
    return connections.stream().map(Measurement::finish).map(Measured::value).toList();
  }

  private static Link connect(Place own, ProcessFacts to) {
    boolean reached = to.blocks().isReachable(BOUND.dividedBy(2));
    return new Link(
        own,
        to.place(),
        to.blocks().toString(),
        Link.Kind.TCP,
        reached ? Link.Outcome.ALL : Link.Outcome.NOTHING);
  }
}
