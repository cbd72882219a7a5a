package dev.sparkresnet.job.device;

import dev.sparkresnet.job.config.TrainingConfig.Device;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.bytedeco.javacpp.Pointer;
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

  /** Prepares this JVM to compute on its CPU, before ND4J is used; only executors change that. */
  public static void prepareForCpu() {
    BackendSelection.select(Backend.Kind.CPU);
  }

  /**
   * Prepares this executor to compute on the GPU that Spark gave it, if the setting lets it and the
   * job was built for that, and else on its CPU; before ND4J is used.
   */
  public static void prepareExecutor(Device setting, Map<String, ResourceInformation> resources) {
    boolean onGpu = setting != Device.CPU && resources.containsKey(GPU);
    BackendSelection.select(backend(onGpu));
    startJavaCpp();
  }

  /**
   * Starts JavaCPP on this thread, once the backend is settled: its classes lock each other out for
   * good if two threads are the first to use them.
   */
  public static void startJavaCpp() {
    long unused = Pointer.maxBytes();
  }

  private static Backend.Kind backend(boolean onGpu) {
    return onGpu && BackendSelection.carries(Backend.Kind.CUDA)
        ? Backend.Kind.CUDA
        : Backend.Kind.CPU;
  }

  /**
   * The device of this executor, chosen when first asked for, on the thread of a Spark task.
   *
   * @throws dev.sparkresnet.job.failure.UserErrorException if there is none that the setting allows
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
   * What the driver computes on: its CPU, so that it needs no GPU and takes none of an executor.
   *
   * @param resources what Spark gave to the driver
   * @throws dev.sparkresnet.job.failure.UserErrorException if ND4J does not start
   */
  public static ReplicaDevice ofDriver(String host, Map<String, ResourceInformation> resources) {
    Backend unused = Backend.ofThisJvm("the driver of " + host);
    return new ReplicaDevice.OnCpu(address(resources).orElse(""));
  }

  /**
   * Settles what a command without Spark computes on: the CPU, or the first GPU that it can see if
   * the setting is {@code gpu}.
   *
   * @throws dev.sparkresnet.job.failure.UserErrorException if ND4J cannot compute on the GPU
   */
  public static void useWithoutSpark(Device setting) {
    BackendSelection.select(backend(setting == Device.GPU));
    String host = "this host";
    Backend backend = Backend.ofThisJvm(host);
    VisibleDevices visible = VisibleDevices.ofThisJvm();
    Optional<String> address =
        switch (backend.kind()) {
          case CPU -> Optional.empty();
          case CUDA -> Optional.of(visible.addressOf(0));
        };
    DeviceChoice choice = new DeviceChoice(setting, host, host, backend, address, visible);
    LOG.info("{} computes on {}", host, use(choice.device()));
  }

  /** Has the calling thread compute on the device of this JVM. */
  public static void bindThread() {
    number.ifPresent(gpu -> Nd4j.getAffinityManager().unsafeSetDevice(gpu));
  }
}
