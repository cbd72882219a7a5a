package dev.sparkresnet.job.preflight.check;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toUnmodifiableList;

import dev.sparkresnet.job.config.TrainingConfig.Master;
import dev.sparkresnet.job.memory.MemoryUnits;
import dev.sparkresnet.job.preflight.measure.Finding;
import dev.sparkresnet.job.preflight.measure.Plan;
import dev.sparkresnet.job.preflight.measure.ProcessFacts;
import dev.sparkresnet.job.preflight.measure.Survey;
import dev.sparkresnet.job.transport.SharedMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** There is room for the files of the mesh, those of all processes that share it together. */
public final class SharedMemoryCheck implements Check {
  static final String CURE =
      "Give the container more shared memory (docker --shm-size, in Kubernetes an emptyDir of medium"
          + " Memory at /dev/shm), or put -Daeron.dir=DIR into spark.driver.extraJavaOptions and"
          + " spark.executor.extraJavaOptions.";

  @Override
  public String name() {
    return "shared memory";
  }

  @Override
  public List<Finding> judge(Survey survey) {
    if (survey.plan().master() == Master.PARAMETER_AVERAGING) {
      return List.of(Finding.skipped("not used by master = parameter-averaging"));
    }
    List<Finding> findings = new ArrayList<>();
    survey.processes().stream()
        .filter(process -> !process.sharedMemory().isKnown())
        .map(process -> Finding.failed(process.place(), process.sharedMemory().problem(), CURE))
        .forEach(findings::add);
    survey.processes().stream()
        .filter(process -> process.sharedMemory().isKnown())
        .collect(groupingBy(SharedMemoryCheck::fileSystem, TreeMap::new, toUnmodifiableList()))
        .values()
        .forEach(group -> findings.add(judge(survey.plan(), group)));
    return findings;
  }

  private static String fileSystem(ProcessFacts process) {
    return process.machine() + " " + process.sharedMemory().value().fileSystem();
  }

  private static Finding judge(Plan plan, List<ProcessFacts> group) {
    SharedMemory found = group.get(0).sharedMemory().value();
    long needed =
        plan.sum(group, process -> process.sharedMemory().value().neededBytes())
            + found.claimedBytes();
    String detail =
        String.format(
            Locale.ROOT,
            "%s has %d MB free, %d MB are needed",
            found.directory(),
            found.freeBytes() >> 20,
            MemoryUnits.mebibytes(needed));
    return found.freeBytes() < needed
        ? Finding.failed(Survey.places(group), detail, CURE)
        : Finding.ok(Survey.places(group), detail);
  }
}
