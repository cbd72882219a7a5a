package dev.sparkresnet.job.preflight;

import java.util.List;

/**
 * Everything that was measured for one preflight.
 *
 * @param processes the driver first
 * @param links from the driver to each executor and back, and between executors; empty if they
 *     could not be measured
 * @param clocks of the executors that answered
 */
record Survey(
    Plan plan,
    RollCall rollCall,
    List<ProcessFacts> processes,
    List<Link> links,
    List<ClockReading> clocks) {
  ProcessFacts driver() {
    return processes.get(0);
  }

  List<ProcessFacts> executors() {
    return processes.subList(1, processes.size());
  }

  static List<Place> places(List<ProcessFacts> processes) {
    return processes.stream().map(ProcessFacts::place).toList();
  }
}
