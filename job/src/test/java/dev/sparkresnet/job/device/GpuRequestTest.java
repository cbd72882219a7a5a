package dev.sparkresnet.job.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.config.TrainingConfig.Device;
import dev.sparkresnet.job.failure.UserErrorException;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GpuRequestTest {
  private static final String OF_EXECUTOR = "spark.executor.resource.gpu.amount";
  private static final String OF_TASK = "spark.task.resource.gpu.amount";

  private static SparkConf conf() {
    return new SparkConf(false);
  }

  @Test
  void addsNothingToAnApplicationWithoutGpus() {
    SparkConf conf = conf();
    GpuRequest.complete(conf);
    assertThat(conf.getAll()).isEmpty();
  }

  @Test
  void givesTheGpuOfAnExecutorToItsTask() {
    SparkConf conf = conf().set(OF_EXECUTOR, "1");
    GpuRequest.complete(conf);
    assertThat(conf.get(OF_TASK)).isEqualTo("1");
    assertThat(conf.get("spark.executorEnv.CUDA_DEVICE_ORDER")).isEqualTo("PCI_BUS_ID");
  }

  @ParameterizedTest
  @CsvSource({"1", "1.0", "01"})
  void acceptsOneGpuForATask(String amount) {
    assertThatCode(() -> GpuRequest.complete(conf().set(OF_EXECUTOR, "1").set(OF_TASK, amount)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "2, 1, spark.executor.resource.gpu.amount, 2",
    "0, 1, spark.executor.resource.gpu.amount, 0",
    "1, 2, spark.task.resource.gpu.amount, 2",
    "1, 0.5, spark.task.resource.gpu.amount, 0.5",
    "1, 0, spark.task.resource.gpu.amount, 0"
  })
  void refusesMoreOrLessThanOne(String ofExecutor, String ofTask, String key, String amount) {
    SparkConf conf = conf().set(OF_EXECUTOR, ofExecutor).set(OF_TASK, ofTask);
    assertThatThrownBy(() -> GpuRequest.complete(conf))
        .isInstanceOf(UserErrorException.class)
        .hasMessage(
            "Cannot train on GPUs: "
                + key
                + " is "
                + amount
                + "; a replica fills an executor and uses one GPU, so it must be 1 (for more GPUs,"
                + " more executors and training.replicas)");
  }

  @Test
  void refusesGpusForTasksOfExecutorsWithout() {
    assertThatThrownBy(() -> GpuRequest.complete(conf().set(OF_TASK, "1")))
        .isInstanceOf(UserErrorException.class)
        .hasMessage(
            "Cannot train on GPUs: spark.task.resource.gpu.amount is set, but not"
                + " spark.executor.resource.gpu.amount; set spark.executor.resource.gpu.amount=1,"
                + " spark.task.resource.gpu.amount=1 and a discovery script"
                + " (submit/discover-gpus.sh)");
  }

  @Test
  void refusesToTrainOnGpusThatNobodyAsksFor() {
    assertThatThrownBy(() -> GpuRequest.require(Device.GPU, conf()))
        .isInstanceOf(UserErrorException.class)
        .hasMessage(
            "Cannot train: training.device is gpu, but the application asks Spark for none; set"
                + " spark.executor.resource.gpu.amount=1, spark.task.resource.gpu.amount=1 and a"
                + " discovery script (submit/discover-gpus.sh)");
  }

  @ParameterizedTest
  @EnumSource
  void letsEverySettingPassOtherwise(Device setting) {
    SparkConf conf = conf().set(OF_EXECUTOR, "1");
    assertThatCode(() -> GpuRequest.require(setting, conf)).doesNotThrowAnyException();
  }
}
