package dev.sparkresnet.job.preflight.measure;

import java.util.List;

/**
 * Everything that was measured for one preflight.
 *
 * @param processes the driver first
 * @param links from the driver to each executor and back, and between executors; empty if they
 *     could not be measured
 * @param clocks of the executors that answered
 * @param exchange what the executors found when they connected to each other, if replicas do
 * @param curve whether the driver can draw the learning curve
 */
public record Survey(
    Plan plan,
    ExecutorCount rollCall,
    List<ProcessFacts> processes,
    List<Link> links,
    List<ClockReading> clocks,
    List<ExchangeTrial.Result> exchange,
    Measured<String> curve) {
  public ProcessFacts driver() {
    return processes.get(0);
  }

  public List<ProcessFacts> executors() {
    return processes.subList(1, processes.size());
  }

  public static List<Place> places(List<ProcessFacts> processes) {
    return processes.stream().map(ProcessFacts::place).toList();
  }
}
