package dev.sparkresnet.job.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.config.TrainingConfig.Device;
import dev.sparkresnet.job.failure.UserErrorException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceChoiceTest {
  private static final Gpu T4 = new Gpu("Tesla T4", 7, 5, 14_900_000_000L, 15_800_000_000L);
  private static final Gpu H100 =
      new Gpu("NVIDIA H100 PCIe", 9, 0, 84_000_000_000L, 85_000_000_000L);
  private static final Backend CPU = new Backend(Backend.Kind.CPU, List.of(), false);
  private static final Backend CPU_BESIDE_CUDA = new Backend(Backend.Kind.CPU, List.of(), true);
  private static final VisibleDevices ALL = VisibleDevices.of(Optional.empty());
  private static final Optional<String> NONE = Optional.empty();

  private static Backend cuda(Gpu... gpus) {
    return new Backend(Backend.Kind.CUDA, List.of(gpus), true);
  }

  private static ReplicaDevice choose(
      Device setting, Backend backend, Optional<String> address, VisibleDevices visible) {
    return new DeviceChoice(setting, "executor 1 of node-2", "node-2", backend, address, visible)
        .device();
  }

  @ParameterizedTest
  @CsvSource({"AUTO", "CPU"})
  void computesOnACpuThatWasGivenNoGpu(Device setting) {
    assertThat(choose(setting, CPU, NONE, ALL)).hasToString("CPU");
    assertThat(choose(setting, CPU_BESIDE_CUDA, NONE, ALL)).hasToString("CPU");
  }

  @Test
  void leavesAGpuIdleWhenToldTo() {
    assertThat(choose(Device.CPU, CPU, Optional.of("3"), ALL)).hasToString("CPU, GPU 3 idle");
    assertThat(choose(Device.CPU, CPU_BESIDE_CUDA, Optional.of("3"), ALL))
        .hasToString("CPU, GPU 3 idle");
  }

  @ParameterizedTest
  @CsvSource({"AUTO", "GPU"})
  void computesOnTheGpuThatSparkGave(Device setting) {
    ReplicaDevice device = choose(setting, cuda(T4, T4), Optional.of("1"), ALL);
    assertThat(device).isEqualTo(new ReplicaDevice.OnGpu("1", "", 1, T4));
    assertThat(device)
        .hasToString("GPU 1 (Tesla T4, compute capability 7.5, 14.9 of 15.8 GB free)");
  }

  @Test
  void takesTheNumberThatCudaGivesToTheGpu() {
    VisibleDevices third = VisibleDevices.of(Optional.of("3"));
    assertThat(choose(Device.GPU, cuda(T4), Optional.of("3"), third))
        .isEqualTo(new ReplicaDevice.OnGpu("3", "", 0, T4));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      delimiter = '|',
      textBlock =
          """
          GPU  | false | none | training.device is gpu, but its ND4J backend is CPU; use the job built with -Pcuda, on hosts with a GPU, its driver and CUDA 11.6
          GPU  | false | 0    | training.device is gpu, but its ND4J backend is CPU; use the job built with -Pcuda, on hosts with a GPU, its driver and CUDA 11.6
          GPU  | true  | none | training.device is gpu, but Spark gave it no GPU; set spark.executor.resource.gpu.amount=1, spark.task.resource.gpu.amount=1 and a discovery script (submit/discover-gpus.sh)
          AUTO | false | 0    | Spark gave it GPU 0, but its ND4J backend is CPU; use the job built with -Pcuda, or set training.device=cpu to leave the GPU idle
          """)
  void refusesWhatTheSettingDoesNotAllow(
      Device setting, boolean carriesCuda, String address, String why) {
    Backend backend = carriesCuda ? CPU_BESIDE_CUDA : CPU;
    assertThatThrownBy(() -> choose(setting, backend, Optional.ofNullable(address), ALL))
        .isInstanceOf(UserErrorException.class)
        .hasMessage("Cannot train on executor 1 of node-2: " + why);
  }

  @Test
  void refusesAGpuWithoutKernels() {
    assertThatThrownBy(() -> choose(Device.AUTO, cuda(T4, H100), Optional.of("1"), ALL))
        .isInstanceOf(UserErrorException.class)
        .hasMessage(
            "Cannot train on GPU 1 of node-2 (NVIDIA H100 PCIe, compute capability 9.0): the"
                + " published kernels of ND4J run on compute capability 3.7 and 5.0 to 8.9 only; use"
                + " another GPU, or set training.device=cpu");
  }

  @Test
  void refusesAGpuThatTheProcessCannotSee() {
    VisibleDevices first = VisibleDevices.of(Optional.of("0"));
    assertThatThrownBy(() -> choose(Device.AUTO, cuda(T4), Optional.of("1"), first))
        .isInstanceOf(UserErrorException.class)
        .hasMessage(
            "Cannot train on GPU 1 of node-2: its process cannot see it, only 1 GPUs"
                + " (CUDA_VISIBLE_DEVICES is 0); the addresses of the discovery script must be those"
                + " that CUDA_VISIBLE_DEVICES names, as submit/discover-gpus.sh prints them");
  }
}
