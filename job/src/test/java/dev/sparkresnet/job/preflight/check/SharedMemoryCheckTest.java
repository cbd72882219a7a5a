package dev.sparkresnet.job.preflight.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.config.TrainingConfig.Master;
import dev.sparkresnet.job.preflight.measure.Measurement;
import dev.sparkresnet.job.preflight.measure.Plan;
import dev.sparkresnet.job.preflight.measure.Status;
import dev.sparkresnet.job.preflight.measure.TestProcess;
import dev.sparkresnet.job.preflight.measure.TestSurvey;
import dev.sparkresnet.job.preflight.report.CheckResult;
import dev.sparkresnet.job.transport.SharedMemory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedMemoryCheckTest {
  private static final String CURE =
      "Give the container more shared memory (docker --shm-size, in Kubernetes an emptyDir of"
          + " medium Memory at /dev/shm), or put -Daeron.dir=DIR into"
          + " spark.driver.extraJavaOptions and spark.executor.extraJavaOptions.";

  private final TestSurvey survey = new TestSurvey();

  private CheckResult check() {
    return survey.check(new SharedMemoryCheck());
  }

  private void all(long needed, long free, long claimed) {
    survey.driver.sharedMemory = TestProcess.shared(needed, free, claimed);
    survey.first.sharedMemory = TestProcess.shared(needed, free, claimed);
    survey.second.sharedMemory = TestProcess.shared(needed, free, claimed);
  }

  @Test
  void addsUpWhatTheProcessesOfAHostNeed() {
    all(40, 120, 0);
    assertThat(check().line())
        .isEqualTo("shared memory    ok       /dev/shm has 120 MB free, 120 MB are needed");
  }

  @Test
  void failsIfThereIsTooLittleForAllOfThem() {
    all(40, 119, 0);
    assertThat(check().line())
        .isEqualTo(
            "shared memory    FAILED   driver on a, executor 0 on b, executor 1 on b: /dev/shm has"
                + " 119 MB free, 120 MB are needed");
    assertThat(check().cures()).containsExactly(CURE);
  }

  @Test
  void countsWhatOthersWillStillTake() {
    all(40, 130, 11);
    assertThat(check().status()).isEqualTo(Status.FAILED);
  }

  @Test
  void doesNotAddUpHosts() {
    all(40, 80, 0);
    survey.driver.machine = "machine 2";
    assertThat(check().status()).isEqualTo(Status.OK);
  }

  @Test
  void countsNoMoreExecutorsThanReplicas() {
    all(40, 80, 0);
    survey.plan = new Plan(Master.GRADIENT_SHARING, 1, survey.plan.memory(), Duration.ZERO);
    assertThat(check().status()).isEqualTo(Status.OK);
  }

  @Test
  void failsWhereNothingCanBeWritten(@TempDir Path directory) throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    System.setProperty("aeron.dir", file.resolve("below").toString());
    try {
      survey.first.sharedMemory =
          Measurement.start("shared", Duration.ofMinutes(1), () -> SharedMemory.measure(1))
              .finish();
    } finally {
      System.clearProperty("aeron.dir");
    }
    assertThat(check().line())
        .isEqualTo(
            "shared memory    FAILED   executor 0 on b: Cannot open update mesh: cannot write to %s:"
                    .formatted(file.resolve("below"))
                + " java.nio.file.FileSystemException: %s: Not a directory"
                    .formatted(file.resolve("below")));
    assertThat(check().cures()).containsExactly(CURE);
  }

  @Test
  void doesNotMatterForParameterAveraging() {
    survey.plan = TestSurvey.plan(Master.PARAMETER_AVERAGING, 1, 1);
    assertThat(check().line())
        .isEqualTo("shared memory    skipped  not used by master = parameter-averaging");
  }
}
