package dev.sparkresnet.job.preflight.measure;

import dev.sparkresnet.job.config.TrainingConfig.Master;
import dev.sparkresnet.job.memory.MemoryPlan;
import dev.sparkresnet.job.memory.ProcessMemory;
import dev.sparkresnet.job.preflight.check.Check;
import dev.sparkresnet.job.preflight.report.CheckResult;
import dev.sparkresnet.job.spark.ExecutorLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A survey of a driver and two executors in which all is well, to be spoiled. */
public final class TestSurvey {
  public final TestProcess driver = TestProcess.driver();
  public final TestProcess first = TestProcess.executor(0);
  public final TestProcess second = TestProcess.executor(1);
  public Plan plan = plan(Master.GRADIENT_SHARING, 500, 400);
  public ExecutorCount rollCall =
      new ExecutorCount(
          "spark://a:7077",
          ExecutorCount.Kind.PROCESSES,
          new ExecutorLimit(2, "spark.cores.max = 2"),
          2,
          Duration.ofSeconds(9),
          "");
  public final List<Link> links = new ArrayList<>();
  public final List<ClockReading> clocks = new ArrayList<>();
  public final List<ExchangeTrial.Result> exchange = new ArrayList<>();
  public Measured<String> curve = Measured.of("9 bytes");

  /** Two replicas that take so many megabytes each, as the driver does. */
  public static Plan plan(Master master, long arrays, long heap) {
    ProcessMemory each =
        new ProcessMemory(
            List.of(new ProcessMemory.Part("arrays", arrays * TestProcess.MEGABYTE)),
            0,
            heap * TestProcess.MEGABYTE);
    return new Plan(master, 2, new MemoryPlan(each, each, 0), Duration.ZERO, true);
  }

  Survey survey() {
    List<ProcessFacts> processes =
        Stream.of(driver, first, second).map(TestProcess::facts).toList();
    return new Survey(plan, rollCall, processes, links, clocks, exchange, curve);
  }

  public CheckResult check(Check check) {
    return CheckResult.of(check, survey());
  }
}
