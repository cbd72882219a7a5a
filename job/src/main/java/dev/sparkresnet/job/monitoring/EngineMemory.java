package dev.sparkresnet.job.monitoring;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The memory that matters for a backend of ND4J: on a CPU what it holds beside the heap; on a GPU
 * that of the device, by whomever it is used.
 *
 * @param device of the replica, counted from 0
 */
record EngineMemory(int device) {

  /** In bytes, by name. */
  Map<String, Double> bytes() {
    return Nd4j.getEnvironment().isCPU()
        ? offHeap()
        : ofDevice(Nd4j.getExecutioner().getEnvironmentInformation(), device);
  }

  /** ND4J counts arrays where they are made, in native code, and workspaces in Java. */
  private Map<String, Double> offHeap() {
    long arrays = Nd4j.getEnvironment().getDeviceCouner(device);
    long workspaces = Nd4j.getMemoryManager().allocatedMemory(device);
    return Map.of("off_heap_bytes", (double) (arrays + workspaces));
  }

  /** Nothing if ND4J does not know the device. */
  static Map<String, Double> ofDevice(Properties environment, int device) {
    if (!(environment.get(Nd4jEnvironment.CUDA_DEVICE_INFORMATION_KEY) instanceof List<?> devices)
        || device >= devices.size()
        || !(devices.get(device) instanceof Map<?, ?> properties)
        || !(properties.get(Nd4jEnvironment.CUDA_TOTAL_MEMORY_KEY) instanceof Number total)
        || !(properties.get(Nd4jEnvironment.CUDA_FREE_MEMORY_KEY) instanceof Number free)) {
      return Map.of();
    }
    return Map.of(
        "gpu_total_bytes",
        total.doubleValue(),
        "gpu_used_bytes",
        total.doubleValue() - free.doubleValue());
  }
}
