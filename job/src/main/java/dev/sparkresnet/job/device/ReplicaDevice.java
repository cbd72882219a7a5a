package dev.sparkresnet.job.device;

import java.io.Serializable;

/** What a replica computes on. {@code toString} is its place in the table of replicas. */
public sealed interface ReplicaDevice extends Serializable {

  /** Spark's address of the GPU that the executor was given, used or not; empty for none. */
  String address();

  /** What tells the GPU from all others anywhere; empty if that is not known. */
  String uuid();

  /**
   * The CPU.
   *
   * @param address of a GPU that stays idle
   */
  record OnCpu(String address) implements ReplicaDevice {
    @Override
    public String uuid() {
      return VisibleDevices.isUuid(address) ? address : "";
    }

    @Override
    public String toString() {
      return address.isEmpty() ? "CPU" : "CPU, GPU " + address + " idle";
    }
  }

  /**
   * A GPU.
   *
   * @param number CUDA's, in this process
   */
  record OnGpu(String address, String uuid, int number, Gpu gpu) implements ReplicaDevice {

    OnGpu withUuid(String known) {
      return new OnGpu(address, known, number, gpu);
    }

    @Override
    public String toString() {
      return "GPU %s (%s, %s)".formatted(address, gpu.model(), gpu.memory());
    }
  }
}
