package dev.sparkresnet.job.preflight.check;

import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Place;
import dev.sparkresnet.job.preflight.measure.ProcessFacts;
import dev.sparkresnet.job.preflight.measure.Survey;
import java.util.List;

/**
 * Files can be written to the run directory, renamed and read back. The driver has to; an executor
 * writes nothing there, so that one which cannot is a warning: most often the directory is on a
 * disk of the driver's host.
 */
public final class RunDirectoryCheck implements Check {
  static final String DRIVER_CURE =
      "Set training.run-directory to a directory that this user can write to, or have the file"
          + " system answer.";
  static final String EXECUTOR_CURE =
      "Set training.run-directory to a file system that all hosts share, if executors are to reach"
          + " it.";

  @Override
  public String name() {
    return "run directory";
  }

  @Override
  public List<Finding> judge(Survey survey) {
    return survey.processes().stream().map(RunDirectoryCheck::judge).toList();
  }

  private static Finding judge(ProcessFacts process) {
    Place place = process.place();
    if (process.runDirectory().isKnown()) {
      return Finding.ok(
          place, "%s: written, renamed, read".formatted(process.runDirectory().value()));
    }
    String problem = process.runDirectory().problem();
    return place.isDriver()
        ? Finding.failed(place, problem, DRIVER_CURE)
        : Finding.warning(List.of(place), problem, EXECUTOR_CURE);
  }
}
