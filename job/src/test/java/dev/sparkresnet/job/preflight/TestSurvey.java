package dev.sparkresnet.job.preflight;

import dev.sparkresnet.job.config.TrainingConfig.Master;
import dev.sparkresnet.job.memory.MemoryPlan;
import dev.sparkresnet.job.memory.ProcessMemory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A survey of a driver and two executors in which all is well, to be spoiled. */
final class TestSurvey {
  final TestProcess driver = TestProcess.driver();
  final TestProcess first = TestProcess.executor(0);
  final TestProcess second = TestProcess.executor(1);
  Plan plan = plan(Master.GRADIENT_SHARING, 500, 400);
  RollCall rollCall =
      new RollCall("spark://a:7077", RollCall.Kind.PROCESSES, 2, Duration.ofSeconds(9), "");
  final List<Link> links = new ArrayList<>();
  final List<ClockReading> clocks = new ArrayList<>();

  /** Two replicas that take so many megabytes each, as the driver does. */
  static Plan plan(Master master, long arrays, long heap) {
    ProcessMemory each =
        new ProcessMemory(
            List.of(new ProcessMemory.Part("arrays", arrays * TestProcess.MEGABYTE)),
            0,
            heap * TestProcess.MEGABYTE,
            0);
    return new Plan(master, 2, new MemoryPlan(each, each, 0));
  }

  Survey survey() {
    List<ProcessFacts> processes =
        Stream.of(driver, first, second).map(TestProcess::facts).toList();
    return new Survey(plan, rollCall, processes, links, clocks);
  }

  CheckResult check(Check check) {
    return CheckResult.of(check, survey());
  }
}
