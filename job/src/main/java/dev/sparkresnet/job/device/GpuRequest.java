package dev.sparkresnet.job.device;

import dev.sparkresnet.job.config.TrainingConfig.Device;
import dev.sparkresnet.job.failure.MendableException;
import org.apache.spark.SparkConf;

/** The GPUs that an application asks Spark for: one for each executor and its only task. */
public final class GpuRequest {
  private static final String OF_EXECUTOR = "spark.executor.resource.gpu.amount";
  private static final String OF_TASK = "spark.task.resource.gpu.amount";

  private GpuRequest() {}

  /**
   * Checks what the application asks for, and completes it: a task of an executor with a GPU takes
   * it, and CUDA numbers the GPUs of a host as nvidia-smi does instead of fastest first.
   *
   * @throws MendableException if executor or task are to have more or less than one
   */
  public static void complete(SparkConf conf) {
    if (conf.contains(OF_EXECUTOR)) {
      conf.setIfMissing(OF_TASK, "1");
      conf.setIfMissing("spark.executorEnv.CUDA_DEVICE_ORDER", "PCI_BUS_ID");
      requireOne(conf, OF_EXECUTOR);
    }
    if (conf.contains(OF_TASK)) {
      requireOne(conf, OF_TASK);
      requireGpuOfExecutor(conf);
    }
  }

  private static void requireOne(SparkConf conf, String key) {
    String amount = conf.get(key).strip();
    if (!amount.matches("0*1(\\.0*)?")) {
      throw new MendableException(
          "Cannot train on GPUs: %s is %s; a replica fills an executor and uses one GPU, so it must be"
                  .formatted(key, amount)
              + " 1 (for more GPUs, more executors and training.replicas)");
    }
  }

  private static void requireGpuOfExecutor(SparkConf conf) {
    if (!conf.contains(OF_EXECUTOR)) {
      throw new MendableException(
          "Cannot train on GPUs: %s is set, but not %s; %s"
              .formatted(OF_TASK, OF_EXECUTOR, DeviceChoice.HOW_TO_ASK));
    }
  }

  /**
   * Refuses to train on GPUs in an application that asks for none, before it waits for executors.
   *
   * @throws MendableException if the setting is {@code gpu} and the application has no GPU
   */
  public static void require(Device setting, SparkConf conf) {
    if (setting == Device.GPU && !conf.contains(OF_EXECUTOR)) {
      throw new MendableException(
          "Cannot train: training.device is gpu, but the application asks Spark for none; "
              + DeviceChoice.HOW_TO_ASK);
    }
  }
}
