package dev.sparkresnet.job.preflight;

import java.io.Serializable;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * What ND4J computes on.
 *
 * @param name CPU or CUDA
 * @param gpus that it sees, in its order
 */
record Backend(String name, List<Gpu> gpus) implements Serializable {

  /**
   * A GPU.
   *
   * @param major and minor, its compute capability
   */
  record Gpu(String name, int major, int minor) implements Serializable {
    @Override
    public String toString() {
      return "%s (compute capability %d.%d)".formatted(name, major, minor);
    }
  }

  static Backend ofThisJvm() {
    Properties environment = Nd4j.getExecutioner().getEnvironmentInformation();
    NativeOps operations = NativeOpsHolder.getInstance().getDeviceNativeOps();
    return new Backend(
        environment.getProperty("backend"),
        IntStream.range(0, operations.getAvailableDevices())
            .mapToObj(
                device ->
                    new Gpu(
                        operations.getDeviceName(device),
                        operations.getDeviceMajor(device),
                        operations.getDeviceMinor(device)))
            .toList());
  }

  @Override
  public String toString() {
    return gpus.isEmpty()
        ? name
        : gpus.stream().map(Gpu::toString).collect(Collectors.joining(", ", name + " on ", ""));
  }
}
