package dev.sparkresnet.job.device;

import dev.sparkresnet.job.failure.UserErrorException;
import java.util.Arrays;
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
 * @param carriesCuda whether the job was built with the backend for GPUs, in use or not
 */
record Backend(Kind kind, List<Gpu> gpus, boolean carriesCuda) {

  /** The two builds of ND4J. */
  enum Kind {
    CPU("org.nd4j.linalg.cpu.nativecpu.CpuBackend", "Linux on x86-64"),
    CUDA("org.nd4j.linalg.jcublas.JCublasBackend", "a GPU, its driver, CUDA 11.6 and cuDNN 8.3");

    private final String className;
    private final String needs;

    Kind(String className, String needs) {
      this.className = className;
      this.needs = needs;
    }

    private static Kind of(Nd4jBackend backend) {
      return Arrays.stream(values())
          .filter(kind -> kind.className.equals(backend.getClass().getName()))
          .findFirst()
          .orElseThrow();
    }

    String className() {
      return className;
    }
  }

  Backend {
    gpus = List.copyOf(gpus);
  }

  /**
   * Starts the backend that was selected, before anything is computed: a GPU without kernels for it
   * fails in ways of its own.
   *
   * @param where names the JVM
   * @throws UserErrorException if it does not work here
   */
  static Backend ofThisJvm(String where) {
    Nd4jBackend selected = BackendSelection.selected();
    try {
      // What it says is the reason; ND4J itself only finds that there is no backend.
      boolean unused = selected.canRun();
      Kind loaded = Kind.of(Nd4jBackend.load());
      return new Backend(loaded, gpus(loaded), BackendSelection.carries(Kind.CUDA));
    } catch (NoAvailableBackendException | LinkageError | RuntimeException e) {
      Kind kind = Kind.of(selected);
      throw new UserErrorException(
          "Cannot compute on %s: ND4J's %s backend does not start there, which needs %s: %s"
              .formatted(where, kind, kind.needs, rootOf(e).getMessage()),
          e);
    }
  }

  private static List<Gpu> gpus(Kind kind) {
    if (kind == Kind.CPU) {
      return List.of();
    }
    NativeOps ops = NativeOpsHolder.getInstance().getDeviceNativeOps();
    return IntStream.range(0, ops.getAvailableDevices()).mapToObj(gpu -> gpu(ops, gpu)).toList();
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
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
