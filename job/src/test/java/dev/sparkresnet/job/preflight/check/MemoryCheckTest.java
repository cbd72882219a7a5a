package dev.sparkresnet.job.preflight.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.config.TrainingConfig.Master;
import dev.sparkresnet.job.preflight.measure.HostMemory;
import dev.sparkresnet.job.preflight.measure.Measured;
import dev.sparkresnet.job.preflight.measure.TestProcess;
import dev.sparkresnet.job.preflight.measure.TestSurvey;
import dev.sparkresnet.job.preflight.report.CheckResult;
import org.junit.jupiter.api.Test;

/** A process needs 640 MB for the JVM besides its arrays and its heap. */
class MemoryCheckTest {
  private static final String MACHINE_CURE =
      "Give the host more memory, or lower training.optimizer.batch-size, training.replicas on it"
          + " (fewer executors a host) or spark.executor.memory.";

  private final TestSurvey survey = new TestSurvey();

  private CheckResult check() {
    return survey.check(new MemoryCheck());
  }

  private void allHave(String container, long limit, long available) {
    survey.driver.memory = TestProcess.memory(container, limit, available);
    survey.first.memory = TestProcess.memory(container, limit, available);
    survey.second.memory = TestProcess.memory(container, limit, available);
  }

  /** Three processes of 500 + 640 and 400 to 1,000 MB, less the 100 MB that each has. */
  @Test
  void addsUpWhatTheProcessesOfAHostNeed() {
    allHave("", 0, 6120);
    assertThat(check().line())
        .isEqualTo(
            "memory           ok       the host has 6120 MB left, 4320 to 6120 MB are needed");
  }

  @Test
  void warnsIfTheHeapsMayOutgrowTheHost() {
    allHave("", 0, 6119);
    assertThat(check().line())
        .isEqualTo(
            "memory           warning  driver on a, executor 0 on b, executor 1 on b: the host has"
                + " 6119 MB left, 4320 to 6120 MB are needed");
    assertThat(check().cures()).containsExactly(MACHINE_CURE);
  }

  @Test
  void failsIfThereIsTooLittleForAllOfThem() {
    allHave("", 0, 4319);
    assertThat(check().line())
        .isEqualTo(
            "memory           FAILED   driver on a, executor 0 on b, executor 1 on b: the host has"
                + " 4319 MB left, 4320 to 6120 MB are needed");
    assertThat(check().cures()).containsExactly(MACHINE_CURE);
  }

  @Test
  void failsIfTheContainerIsTooSmall() {
    survey.second.memory = TestProcess.memory("pod", 1539, 32_000);
    assertThat(check().line())
        .isEqualTo(
            "memory           FAILED   executor 1 on b: the container may take 1539 MB, 1540 to"
                + " 2140 MB are needed");
    assertThat(check().cures())
        .containsExactly(
            "Raise spark.executor.memoryOverhead (and spark.driver.memoryOverhead), or lower"
                + " training.optimizer.batch-size.");
  }

  @Test
  void failsIfNd4jMayTakeTooLittle() {
    survey.plan = TestSurvey.plan(Master.GRADIENT_SHARING, 2001, 400);
    assertThat(check().line())
        .isEqualTo(
            "memory           FAILED   driver on a, executor 0 on b, executor 1 on b:"
                + " org.bytedeco.javacpp.maxbytes is 2000 MB, 2001 MB are needed");
    assertThat(check().cures())
        .containsExactly(
            "Put -Dorg.bytedeco.javacpp.maxbytes=2001M into spark.driver.extraJavaOptions.",
            "Put -Dorg.bytedeco.javacpp.maxbytes=2001M into spark.executor.extraJavaOptions.");
  }

  @Test
  void failsIfTheProcessMayTakeTooLittle() {
    survey.plan = TestSurvey.plan(Master.GRADIENT_SHARING, 1900, 1461);
    assertThat(check().line())
        .isEqualTo(
            "memory           FAILED   driver on a, executor 0 on b, executor 1 on b:"
                + " org.bytedeco.javacpp.maxphysicalbytes is 4000 MB, 4001 MB are needed");
  }

  @Test
  void warnsOfASmallHeap() {
    survey.plan = TestSurvey.plan(Master.GRADIENT_SHARING, 500, 1001);
    assertThat(check().line())
        .isEqualTo(
            "memory           warning  driver on a, executor 0 on b, executor 1 on b: the heap is"
                + " 1000 MB, 1001 MB are advised");
    assertThat(check().cures())
        .containsExactly(
            "Set spark.driver.memory to 1001m.", "Set spark.executor.memory to 1001m.");
  }

  /** conf/java.options lets ND4J have 6 GB. */
  @Test
  void failsInThisJvmWithANetworkThatIsTooLarge() throws Exception {
    survey.plan = TestSurvey.plan(Master.GRADIENT_SHARING, 6145, 400);
    survey.first.memory = Measured.of(HostMemory.ofThisJvm());
    survey.second.memory = survey.first.memory;
    survey.driver.memory = survey.first.memory;
    assertThat(check().summary())
        .contains("org.bytedeco.javacpp.maxbytes is 6144 MB, 6145 MB are needed");
  }

  @Test
  void readsThatOfThisJvm() throws Exception {
    HostMemory own = HostMemory.ofThisJvm();
    // As test.flags in the root pom says.
    assertThat(own.heapBytes()).isEqualTo(2L << 30);
    assertThat(own.residentBytes()).isBetween(1L << 24, own.processLimitBytes());
    assertThat(own.availableBytes()).isPositive();
    assertThat(own.container()).startsWith("cgroup:[");
  }

  @Test
  void failsWhereItCannotBeRead() {
    survey.first.memory = Measured.not("/proc is not there");
    assertThat(check().line())
        .isEqualTo("memory           FAILED   executor 0 on b: /proc is not there");
    assertThat(check().cures())
        .containsExactly("Run on Linux with /proc, or give train --skip-preflight.");
  }
}
