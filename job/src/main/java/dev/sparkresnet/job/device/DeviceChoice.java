package dev.sparkresnet.job.device;

import dev.sparkresnet.job.config.TrainingConfig.Device;
import dev.sparkresnet.job.failure.UserErrorException;
import java.util.Locale;
import java.util.Optional;

/**
 * What a JVM computes on, by the setting {@code training.device}, ND4J's backend there, and the GPU
 * that Spark gave it.
 *
 * @param jvm names it, such as {@code executor 1 of node-2}
 * @param host Spark's name for its host
 * @param address of the GPU that Spark gave it
 */
record DeviceChoice(
    Device setting,
    String jvm,
    String host,
    Backend backend,
    Optional<String> address,
    VisibleDevices visible) {

  /**
   * Decides. The backend is that for CUDA only where there is a GPU to use.
   *
   * @throws UserErrorException if the setting does not allow what there is, or ND4J cannot compute
   *     on the GPU
   */
  ReplicaDevice device() {
    return switch (backend.kind()) {
      case CPU -> cpu();
      case CUDA -> gpu();
    };
  }

  private ReplicaDevice cpu() {
    if (setting == Device.GPU && backend.carriesCuda()) {
      throw refusal("training.device is gpu, but Spark gave it no GPU; " + GpuRequest.HOW_TO_ASK);
    }
    if (setting == Device.GPU) {
      throw refusal(
          "training.device is gpu, but its ND4J backend is CPU; use the job built with -Pcuda, on"
              + " hosts with a GPU, its driver and CUDA 11.6");
    }
    if (setting == Device.AUTO && address.isPresent()) {
      throw refusal(
          "Spark gave it GPU %s, but its ND4J backend is CPU; use the job built with -Pcuda, or set"
                  .formatted(address.get())
              + " training.device=cpu to leave the GPU idle");
    }
    return new ReplicaDevice.OnCpu(address.orElse(""));
  }

  private ReplicaDevice gpu() {
    String given = address.orElseThrow();
    int number = visible.numberOf(given, backend.gpus().size()).orElseThrow(() -> invisible(given));
    Gpu gpu = backend.gpus().get(number);
    requireKernels(gpu, given, host);
    return new ReplicaDevice.OnGpu(given, VisibleDevices.isUuid(given) ? given : "", number, gpu);
  }

  private UserErrorException refusal(String why) {
    return new UserErrorException("Cannot train on %s: %s".formatted(jvm, why));
  }

  private UserErrorException invisible(String given) {
    return new UserErrorException(
        String.format(
                Locale.ROOT,
                "Cannot train on GPU %s of %s: its process cannot see it, only %d GPUs (%s); the addresses of",
                given,
                host,
                backend.gpus().size(),
                visible)
            + " the discovery script must be those that CUDA_VISIBLE_DEVICES names, as"
            + " submit/discover-gpus.sh prints them");
  }

  /**
   * Refuses a GPU that ND4J has no kernels for.
   *
   * @throws UserErrorException naming it
   */
  static void requireKernels(Gpu gpu, String address, String host) {
    if (!gpu.hasKernels()) {
      throw new UserErrorException(
          "Cannot train on GPU %s of %s (%s): the published kernels of ND4J run on compute capability"
                  .formatted(address, host, gpu.model())
              + " %s only; use another GPU, or set training.device=cpu".formatted(Gpu.SUPPORTED));
    }
  }
}
