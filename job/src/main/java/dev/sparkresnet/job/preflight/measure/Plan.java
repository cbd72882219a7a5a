package dev.sparkresnet.job.preflight.measure;

import dev.sparkresnet.job.config.TrainingConfig;
import dev.sparkresnet.job.config.TrainingConfig.Master;
import dev.sparkresnet.job.memory.MemoryPlan;
import dev.sparkresnet.job.memory.ProcessMemory;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What the run is going to do, as far as checks depend on it.
 *
 * @param stopAfter how long it may take, 0 for as long as it needs
 * @param keepsSecrets whether Spark authenticates and encrypts what it sends to executors
 */
public record Plan(
    Master master, int replicas, MemoryPlan memory, Duration stopAfter, boolean keepsSecrets) {
  /** Whether replicas connect to each other. */
  public boolean exchanges() {
    return master == Master.GRADIENT_SHARING && replicas > 1;
  }

  /**
   * The plan of a run on the images that were found.
   *
   * @param images those of CIFAR-10 are assumed if nothing was found
   * @param keepsSecrets whether Spark authenticates and encrypts what it sends to executors
   */
  public static Plan of(TrainingConfig config, Measured<Images> images, boolean keepsSecrets) {
    MemoryPlan memory =
        images.isKnown()
            ? MemoryPlan.of(config, images.value().training(), images.value().test())
            : MemoryPlan.of(config);
    return new Plan(config.master(), config.replicas(), memory, config.stopAfter(), keepsSecrets);
  }

  public ProcessMemory memoryOf(ProcessFacts process) {
    return process.place().isDriver() ? memory.driver() : memory.executor();
  }

  /**
   * What some processes of one machine take together: the driver, and of the executors no more than
   * there are replicas, those that take most.
   */
  public long sum(List<ProcessFacts> processes, ToLongFunction<ProcessFacts> bytes) {
    long driver =
        processes.stream().filter(process -> process.place().isDriver()).mapToLong(bytes).sum();
    long executors =
        processes.stream()
            .filter(process -> !process.place().isDriver())
            .mapToLong(process -> -bytes.applyAsLong(process))
            .sorted()
            .limit(replicas)
            .sum();
    return driver - executors;
  }
}
