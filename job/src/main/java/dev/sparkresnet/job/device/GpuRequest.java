package dev.sparkresnet.job.device;

import dev.sparkresnet.job.config.TrainingConfig.Device;
import dev.sparkresnet.job.failure.UserErrorException;
import org.apache.spark.SparkConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The GPUs that an application asks Spark for: one for each executor and its only task. */
public final class GpuRequest {
  private static final Logger LOG = LoggerFactory.getLogger(GpuRequest.class);
  private static final String OF_EXECUTOR = "spark.executor.resource.gpu.amount";
  private static final String OF_TASK = "spark.task.resource.gpu.amount";

  static final String HOW_TO_ASK =
      "set spark.executor.resource.gpu.amount=1, spark.task.resource.gpu.amount=1 and a discovery"
          + " script (submit/discover-gpus.sh)";

  private GpuRequest() {}

  /**
   * Checks what the application asks for, and completes it: a task of an executor with a GPU takes
   * it, and CUDA numbers the GPUs of a host as nvidia-smi does instead of fastest first.
   *
   * @throws UserErrorException if executor or task are to have more or less than one
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
      throw new UserErrorException(
          "Cannot train on GPUs: %s is %s; a replica fills an executor and uses one GPU, so it must be"
                  .formatted(key, amount)
              + " 1 (for more GPUs, more executors and training.replicas)");
    }
  }

  private static void requireGpuOfExecutor(SparkConf conf) {
    if (!conf.contains(OF_EXECUTOR)) {
      throw new UserErrorException(
          "Cannot train on GPUs: %s is set, but not %s; %s"
              .formatted(OF_TASK, OF_EXECUTOR, HOW_TO_ASK));
    }
  }

  /**
   * Refuses to train on GPUs in an application that asks for none, before it waits for executors,
   * and says so if a job that was built for GPUs will train on CPUs.
   *
   * @throws UserErrorException if the setting is {@code gpu} and the application has no GPU
   */
  public static void require(Device setting, SparkConf conf) {
    if (conf.contains(OF_EXECUTOR)) {
      return;
    }
    if (setting == Device.GPU) {
      throw new UserErrorException(
          "Cannot train: training.device is gpu, but the application asks Spark for none; "
              + HOW_TO_ASK);
    }
    if (setting == Device.AUTO && BackendSelection.carries(Backend.Kind.CUDA)) {
      LOG.warn(
          "training on CPUs with a job built for GPUs, since the application asks Spark for none; {}",
          HOW_TO_ASK);
    }
  }
}
