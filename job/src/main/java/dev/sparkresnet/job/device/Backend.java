package dev.sparkresnet.job.device;

import dev.sparkresnet.job.failure.MendableException;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.factory.Nd4jBackend;
import org.nd4j.linalg.factory.Nd4jBackend.NoAvailableBackendException;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * What ND4J computes with in a JVM.
 *
 * @param gpus those that CUDA shows to the process, in CUDA's order; none for a CPU
 */
record Backend(Kind kind, List<Gpu> gpus) {
  private static final String CUDA_BACKEND = "JCublasBackend";

  /** The two builds of ND4J. */
  enum Kind {
    CPU,
    CUDA
  }

  Backend {
    gpus = List.copyOf(gpus);
  }

  /**
   * Asks ND4J, before anything is computed: a GPU without kernels for it fails in ways of its own.
   *
   * @param where names the JVM
   * @throws MendableException if none of the backends on the class path works here
   */
  static Backend ofThisJvm(String where) {
    try {
      return of(Nd4jBackend.load());
    } catch (NoAvailableBackendException | LinkageError | RuntimeException e) {
      throw new MendableException(
          "Cannot compute on %s: ND4J does not start there; a job built with -Pcuda needs a GPU, its"
                  .formatted(where)
              + " driver and CUDA 11.6, one built without needs Linux on x86-64",
          e);
    }
  }

  private static Backend of(Nd4jBackend backend) {
    if (!backend.getClass().getSimpleName().equals(CUDA_BACKEND)) {
      return new Backend(Kind.CPU, List.of());
    }
    NativeOps ops = NativeOpsHolder.getInstance().getDeviceNativeOps();
    return new Backend(
        Kind.CUDA,
        IntStream.range(0, ops.getAvailableDevices()).mapToObj(gpu -> gpu(ops, gpu)).toList());
  }

  private static Gpu gpu(NativeOps ops, int number) {
    return new Gpu(
        ops.getDeviceName(number),
        ops.getDeviceMajor(number),
        ops.getDeviceMinor(number),
        ops.getDeviceFreeMemory(number),
        ops.getDeviceTotalMemory(number));
  }
}
