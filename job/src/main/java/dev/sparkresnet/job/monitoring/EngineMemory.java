package dev.sparkresnet.job.monitoring;

import java.util.Map;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * The memory that matters for a backend of ND4J: on a CPU what it holds beside the heap; on a GPU
 * that of the device, by whomever it is used.
 *
 * @param device of the replica, counted from 0
 */
record EngineMemory(int device) {

  /** In bytes, by name. */
  Map<String, Double> bytes() {
    return Nd4j.getEnvironment().isCPU() ? offHeap() : onDevice();
  }

  /** ND4J counts arrays where they are made, in native code, and workspaces in Java. */
  private Map<String, Double> offHeap() {
    long arrays = Nd4j.getEnvironment().getDeviceCouner(device);
    long workspaces = Nd4j.getMemoryManager().allocatedMemory(device);
    return Map.of("off_heap_bytes", (double) (arrays + workspaces));
  }

  /** Of this device and no other: CUDA takes memory of every GPU that a process turns to. */
  private Map<String, Double> onDevice() {
    NativeOps ops = NativeOpsHolder.getInstance().getDeviceNativeOps();
    return onDevice(ops.getDeviceTotalMemory(device), ops.getDeviceFreeMemory(device));
  }

  static Map<String, Double> onDevice(long totalBytes, long freeBytes) {
    return Map.of(
        "gpu_total_bytes",
        (double) totalBytes,
        "gpu_used_bytes",
        (double) (totalBytes - freeBytes));
  }
}
