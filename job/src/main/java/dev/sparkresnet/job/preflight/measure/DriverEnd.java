package dev.sparkresnet.job.preflight.measure;

import dev.sparkresnet.job.thread.DaemonThreads;
import dev.sparkresnet.job.transport.Endpoint;
import dev.sparkresnet.job.transport.PacketProbe;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The driver's end of the ways to the executors, while those measure theirs. */
public final class DriverEnd implements Closeable {
  private final ProcessFacts driver;
  private final List<ProcessFacts> executors;
  private final Optional<PacketProbe> probe;

  private DriverEnd(
      ProcessFacts driver, List<ProcessFacts> executors, Optional<PacketProbe> probe) {
    this.driver = driver;
    this.executors = executors;
    this.probe = probe;
  }

  /** Begins to send and to listen, if the driver has a port. */
  public static DriverEnd of(List<ProcessFacts> all, String token) {
    List<ProcessFacts> executors = all.subList(1, all.size());
    ProcessFacts driver = all.get(0);
    if (!driver.udpPort().isKnown()) {
      return new DriverEnd(driver, executors, Optional.empty());
    }
    PacketProbe probe = PacketProbe.at(driver.udpPort().value(), token);
    List<Endpoint> peers =
        executors.stream()
            .filter(executor -> executor.udpPort().isKnown())
            .map(executor -> executor.udpPort().value())
            .toList();
    new DaemonThreads("preflight-packets").newThread(() -> probe.answer(peers)).start();
    return new DriverEnd(driver, executors, Optional.of(probe));
  }

  /** The ways that end or begin here: packets that came until now, and connections. */
  public List<Link> links() {
    List<Link> links = new ArrayList<>(MeasureLinks.connect(driver.place(), all()));
    probe.ifPresent(
        own ->
            executors.stream()
                .filter(executor -> executor.udpPort().isKnown())
                .forEach(executor -> links.add(fromExecutor(own, executor))));
    return links;
  }

  private List<ProcessFacts> all() {
    List<ProcessFacts> all = new ArrayList<>(List.of(driver));
    all.addAll(executors);
    return all;
  }

  private Link fromExecutor(PacketProbe own, ProcessFacts executor) {
    return MeasureLinks.link(
        executor.place(),
        driver.place(),
        driver.udpPort().value(),
        own.heardFrom(executor.udpPort().value()));
  }

  @Override
  public void close() {
    probe.ifPresent(PacketProbe::close);
  }
}
