package dev.sparkresnet.job.memory;

import dev.sparkresnet.datasets.CifarFormat;
import dev.sparkresnet.job.config.GradientSharingConfig;
import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.failure.UserErrorException;
import dev.sparkresnet.job.memory.ProcessMemory.Part;
import dev.sparkresnet.model.NetworkMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the driver and every executor of a run take, by arithmetic from its configuration.
 *
 * <p>With {@code P} bytes of parameters, batch-norm statistics included, {@code V} of velocity (the
 * trainable parameters only) and {@code N} replicas, outside the heap:
 *
 * <pre>
 *   executor = 1.1 * (2 P + V + [P + M] + pass + inference + P + 8 minibatches) + 64 MiB
 *   driver   = 1.1 * (P + V + 2 P) + 64 MiB
 * </pre>
 *
 * <p>These are parameters and gradient, velocity, in brackets the residual and what of the messages
 * of gradient sharing is on its way, the passes of {@link NetworkMemory} for training and for
 * evaluation, copies of the parameters on their way to and from the heap, and minibatches. {@code
 * M} is {@code P / 4}, or {@code 2 P} with dense updates. The margin is for what single operations
 * allocate and what the garbage collector has yet to find; {@link OffHeapLimit} has it look for it
 * when the sum is reached. Measured, arrays of a replica took 58 to 83 % of the sum: ResNet-50 with
 * minibatches of 8 to 256, widths 16 to 128, and both stems.
 *
 * <p>On the heap, with {@code D} bytes of images, besides 512 MiB that Spark works in:
 *
 * <pre>
 *   executor = 5 P + [3 V + S] + 3 D / N + 16 minibatches
 *   driver   = 9 P
 * </pre>
 *
 * <p>At the end of some steps of gradient sharing velocities are averaged, which takes {@code 3 V};
 * {@code S} are the messages of the rounds that can be open at once, {@code P / 2}, or {@code 3 P}
 * for each of staleness + 2 with dense updates. The driver takes {@code P + V} of results.
 *
 * <p>The rest of a process is {@link ProcessMemory#JVM_BYTES} and the workspaces of stock layers.
 *
 * @param resultBytes results of one Spark job that the driver has to allow, for {@link ResultLimit}
 */
public record MemoryPlan(ProcessMemory executor, ProcessMemory driver, long resultBytes) {
  private static final long SPARK_HEAP_BYTES = 512L << 20;
  private static final long MARGIN_BYTES = 64L << 20;
  private static final long MARGIN_DIVISOR = 10;
  private static final int MINIBATCHES = 8;
  private static final int HEAP_MINIBATCHES = 16;
  private static final int DRIVER_COPIES = 9;

  /**
   * What a run with this configuration takes on CIFAR-10, or on as many images as its limits say.
   *
   * @throws UserErrorException if its network cannot be built
   */
  public static MemoryPlan of(TrainingConfig config) {
    return of(config, CifarFormat.TRAINING_EXAMPLES, CifarFormat.TEST_EXAMPLES);
  }

  /**
   * What a run with this configuration takes on a dataset of so many images.
   *
   * @throws UserErrorException if its network cannot be built
   */
  public static MemoryPlan of(TrainingConfig config, int trainingImages, int testImages) {
    NetworkMemory network = NetworkMemory.of(config.model().network());
    long images =
        (long) used(config.dataset().trainLimit(), trainingImages)
            + used(config.dataset().testLimit(), testImages);
    return new MemoryPlan(
        executor(config, network, images * CifarFormat.RECORD_BYTES),
        driver(network),
        results(network));
  }

  private static int used(int limit, int found) {
    return limit == 0 ? found : limit;
  }

  /**
   * Refuses executors of this machine that have no room on it.
   *
   * @param driverHeap what the driver is given
   * @param executorHeap what each executor is given
   * @param machineBytes memory of the machine, or of the container
   */
  public void requireRoom(long driverHeap, long executorHeap, int executors, long machineBytes) {
    long needed = driver.bytes(driverHeap) + executors * executor.bytes(executorHeap);
    if (needed > machineBytes) {
      throw new UserErrorException(
          String.format(
              Locale.ROOT,
              "Cannot run %d executors and their driver on this machine: they may take %d MB, it has"
                  + " %d MB; make training.replicas or training.optimizer.batch-size smaller, or use"
                  + " a cluster",
              executors,
              MemoryUnits.mebibytes(needed),
              machineBytes >> 20));
    }
  }

  private static ProcessMemory executor(
      TrainingConfig config, NetworkMemory network, long imageBytes) {
    int batch = config.optimizer().batchSize();
    int testBatch = config.evaluation().batchSize();
    List<Part> parts = new ArrayList<>();
    parts.add(new Part("parameters and gradient", 2 * network.parameterBytes()));
    parts.add(new Part("velocity", network.velocityBytes()));
    if (sharesGradients(config)) {
      parts.add(new Part("residual of the encoding", network.parameterBytes()));
      parts.add(new Part("messages", messages(config, network)));
    }
    parts.add(new Part("training, minibatch of " + batch, network.passBytes(batch)));
    parts.add(new Part("evaluation, minibatch of " + testBatch, network.inferenceBytes(testBatch)));
    parts.add(new Part("parameters in transit", network.parameterBytes()));
    parts.add(
        new Part("minibatches", MINIBATCHES * network.minibatchBytes(Math.max(batch, testBatch))));
    long heap =
        SPARK_HEAP_BYTES
            + 5 * network.parameterBytes()
            + exchangeHeap(config, network)
            + 3 * imageBytes / config.replicas()
            + HEAP_MINIBATCHES * network.minibatchBytes(Math.max(batch, testBatch));
    return new ProcessMemory(withMargin(parts), network.workspaceBytes(batch), heap);
  }

  private static ProcessMemory driver(NetworkMemory network) {
    List<Part> parts = new ArrayList<>();
    parts.add(new Part("parameters", network.parameterBytes()));
    parts.add(new Part("velocity", network.velocityBytes()));
    parts.add(new Part("parameters in transit", 2 * network.parameterBytes()));
    long heap = SPARK_HEAP_BYTES + DRIVER_COPIES * network.parameterBytes();
    return new ProcessMemory(withMargin(parts), 0, heap);
  }

  private static List<Part> withMargin(List<Part> parts) {
    long bytes = parts.stream().mapToLong(Part::bytes).sum();
    List<Part> all = new ArrayList<>(parts);
    all.add(new Part("margin", bytes / MARGIN_DIVISOR + MARGIN_BYTES));
    return all;
  }

  private static long results(NetworkMemory network) {
    long bytes = network.parameterBytes() + network.velocityBytes();
    return bytes + bytes / MARGIN_DIVISOR;
  }

  private static boolean sharesGradients(TrainingConfig config) {
    return config.master() == TrainingConfig.Master.GRADIENT_SHARING && config.replicas() > 1;
  }

  private static boolean isDense(TrainingConfig config) {
    return config.gradientSharing().encoding() == GradientSharingConfig.Encoding.DENSE;
  }

  private static long messages(TrainingConfig config, NetworkMemory network) {
    return isDense(config) ? 2 * network.parameterBytes() : network.parameterBytes() / 4;
  }

  private static long exchangeHeap(TrainingConfig config, NetworkMemory network) {
    if (!sharesGradients(config)) {
      return 0;
    }
    long openRounds = config.gradientSharing().staleness() + 2L;
    long sums =
        isDense(config) ? 3 * openRounds * network.parameterBytes() : network.parameterBytes() / 2;
    return 3 * network.velocityBytes() + sums;
  }
}
