package dev.sparkresnet.job.device;

import dev.sparkresnet.job.config.TrainingConfig.Device;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The device that this JVM computes on, one for its whole life.
 *
 * <p>On a host with several GPUs libnd4j gives every thread that comes the next of them in turn,
 * and an array belongs to the GPU of the thread that made it. So every thread that makes or uses
 * arrays has to call {@link #bindThread} before.
 */
public final class JvmDevice {
  private static final Logger LOG = LoggerFactory.getLogger(JvmDevice.class);
  private static final String GPU = "gpu";

  private static ReplicaDevice chosen;
  private static volatile Optional<Integer> number = Optional.empty();

  private JvmDevice() {}

  /**
   * The device of this executor, chosen when first asked for, on the thread of a Spark task.
   *
   * @throws dev.sparkresnet.job.failure.MendableException if there is none that the setting allows
   */
  public static synchronized ReplicaDevice ofExecutor(
      Device setting, String executor, String host, TaskContext task) {
    if (chosen == null) {
      String jvm = "executor %s of %s".formatted(executor, host);
      DeviceChoice choice =
          new DeviceChoice(
              setting,
              jvm,
              host,
              Backend.ofThisJvm(jvm),
              address(task.resourcesJMap()),
              VisibleDevices.ofThisJvm());
      chosen = use(choice.device());
      LOG.info("{} computes on {}", jvm, chosen);
    }
    return chosen;
  }

  private static Optional<String> address(Map<String, ResourceInformation> resources) {
    return Optional.ofNullable(resources.get(GPU)).map(gpus -> gpus.addresses()[0]);
  }

  private static ReplicaDevice use(ReplicaDevice device) {
    if (device instanceof ReplicaDevice.OnGpu gpu) {
      use(gpu.number());
      return gpu.uuid().isEmpty() ? gpu.withUuid(NvidiaSmi.uuid(gpu.address())) : gpu;
    }
    return device;
  }

  /** Before ND4J makes its first arrays, which belong to a device as well. */
  private static void use(int gpu) {
    NativeOpsHolder.getInstance().getDeviceNativeOps().setDevice(gpu);
    number = Optional.of(gpu);
    bindThread();
  }

  /**
   * Settles what the driver computes on: its GPU or the first that it can see if its ND4J backend
   * is CUDA, else its CPU.
   *
   * @param resources what Spark gave to the driver
   * @return what it computes on
   * @throws dev.sparkresnet.job.failure.MendableException if the setting does not allow that, or
   *     ND4J cannot compute on the GPU
   */
  public static ReplicaDevice useOnDriver(
      Device setting, String host, Map<String, ResourceInformation> resources) {
    String jvm = "the driver of " + host;
    Backend backend = Backend.ofThisJvm(jvm);
    Optional<String> address = address(resources);
    return switch (backend.kind()) {
      case CPU -> new ReplicaDevice.OnCpu(address.orElse(""));
      case CUDA -> useFirst(setting, jvm, host, backend, address);
    };
  }

  /**
   * Settles what a command without Spark computes on: the first GPU that it can see if its ND4J
   * backend is CUDA, else the CPU.
   *
   * @throws dev.sparkresnet.job.failure.MendableException if the setting does not allow that, or
   *     ND4J cannot compute on the GPU
   */
  public static void useWithoutSpark(Device setting) {
    String host = "this host";
    ReplicaDevice unused = useFirst(setting, host, host, Backend.ofThisJvm(host), Optional.empty());
  }

  private static ReplicaDevice useFirst(
      Device setting, String jvm, String host, Backend backend, Optional<String> given) {
    VisibleDevices visible = VisibleDevices.ofThisJvm();
    Optional<String> address =
        switch (backend.kind()) {
          case CPU -> given;
          case CUDA -> given.or(() -> Optional.of(visible.addressOf(0)));
        };
    DeviceChoice choice = new DeviceChoice(setting, jvm, host, backend, address, visible);
    ReplicaDevice device = use(choice.device());
    LOG.info("{} computes on {}", jvm, device);
    return device;
  }

  /** Has the calling thread compute on the device of this JVM. */
  public static void bindThread() {
    number.ifPresent(gpu -> Nd4j.getAffinityManager().unsafeSetDevice(gpu));
  }
}
