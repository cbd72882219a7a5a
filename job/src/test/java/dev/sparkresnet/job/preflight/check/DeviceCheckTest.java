package dev.sparkresnet.job.preflight.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sparkresnet.job.config.TrainingConfig.Device;
import dev.sparkresnet.job.device.Gpu;
import dev.sparkresnet.job.device.JvmDevice;
import dev.sparkresnet.job.device.ReplicaDevice;
import dev.sparkresnet.job.preflight.measure.Measured;
import dev.sparkresnet.job.preflight.measure.Measurement;
import dev.sparkresnet.job.preflight.measure.OtherJvm;
import dev.sparkresnet.job.preflight.measure.TestSurvey;
import dev.sparkresnet.job.preflight.report.CheckResult;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeviceCheckTest {
  private static final String CURE =
      "Set training.device and spark.executor.resource.gpu.amount to what the hosts have, and take"
          + " the job that was built for it (-Pcuda for GPUs).";
  private static final Gpu T4 = new Gpu("Tesla T4", 7, 5, 15_000_000_000L, 16_000_000_000L);

  private final TestSurvey survey = new TestSurvey();

  private CheckResult check() {
    return survey.check(new DeviceCheck());
  }

  @Test
  void showsWhatAllComputeOn() {
    survey.driver.device = Measured.of(JvmDevice.ofDriver("a", Map.of()));
    assertThat(check().line()).isEqualTo("device           ok       CPU");
  }

  @Test
  void failsWhereThereIsNoLibraryForTheProcessor() throws Exception {
    survey.second.device = OtherJvm.problem("device", "-Dorg.bytedeco.javacpp.platform=linux-vax");
    assertThat(check().line())
        .isEqualTo(
            "device           FAILED   executor 1 on b: UnsatisfiedLinkError: Could not"
                + " find jniopenblas_nolapack in class, module, and library paths.");
    assertThat(check().cures()).containsExactly(CURE);
  }

  /** This JVM has no task and no GPU, and its backend is that for CPUs. */
  @Test
  void failsWhereOnlyTheCpuIsThereForAGpu() {
    survey.first.device =
        Measurement.start(
                "device",
                Duration.ofMinutes(1),
                () -> {
                  JvmDevice.useWithoutSpark(Device.GPU);
                  return JvmDevice.ofDriver("b", Map.of());
                })
            .finish();
    assertThat(check().line())
        .isEqualTo(
            "device           FAILED   executor 0 on b: Cannot train on this host: training.device is"
                + " gpu, but its ND4J backend is CPU; use the job built with -Pcuda, on hosts with a"
                + " GPU, its driver and CUDA 11.6");
    assertThat(check().cures()).containsExactly(CURE);
  }

  @Test
  void failsIfTwoExecutorsHaveOneGpu() {
    survey.first.device = Measured.of(new ReplicaDevice.OnGpu("0", "GPU-1", 0, T4));
    survey.second.device = survey.first.device;
    assertThat(check().line())
        .isEqualTo(
            "device           FAILED   Cannot train: GPU 0 of b was given to executor 0 and executor"
                + " 1; discovery scripts of two Spark workers on one host must not print the same"
                + " address: start each worker with its own CUDA_VISIBLE_DEVICES, which"
                + " submit/discover-gpus.sh honours, or one worker a host");
    assertThat(check().cures())
        .containsExactly(
            "Set spark.executor.resource.gpu.discoveryScript to submit/discover-gpus.sh, and start"
                + " the workers of a host with a CUDA_VISIBLE_DEVICES of their own.");
  }

  @Test
  void showsTheGpuOfEachExecutor() {
    survey.first.device = Measured.of(new ReplicaDevice.OnGpu("0", "GPU-1", 0, T4));
    survey.second.device = Measured.of(new ReplicaDevice.OnGpu("1", "GPU-2", 1, T4));
    assertThat(check().line())
        .isEqualTo(
            "device           ok       driver on a: CPU; executor 0 on b: GPU 0 (Tesla T4, compute"
                + " capability 7.5, 15.0 of 16.0 GB free); executor 1 on b: GPU 1 (Tesla T4, compute"
                + " capability 7.5, 15.0 of 16.0 GB free)");
  }
}
