package dev.sparkresnet.job.preflight.measure;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * Measures which other processes an executor reaches where Spark serves blocks.
 *
 * @param processes the driver first
 */
public record MeasureLinks(List<ProcessFacts> processes)
    implements ExecutorStage.Work<MeasureLinks.Result> {
  /** A connection needs milliseconds; a host may be busy. */
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
    return new Result(own, now, connect(own, processes));
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
    return new Link(own, to.place(), to.blocks().toString(), reached);
  }
}
