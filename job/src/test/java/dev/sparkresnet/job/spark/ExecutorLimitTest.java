package dev.sparkresnet.job.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sparkresnet.job.failure.UserErrorException;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecutorLimitTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "local-cluster[2,1,1024] | | 2 | local-cluster[2,1,1024]",
        "local-cluster[ 2, 4, 1024 ] | spark.executor.cores=2 | 4 | local-cluster[ 2, 4, 1024 ]",
        "yarn | | 2 | spark.executor.instances = 2",
        "yarn | spark.executor.instances=8 | 8 | spark.executor.instances = 8",
        "k8s://https://a | spark.executor.instances=3 | 3 | spark.executor.instances = 3",
        "spark://a:7077 | spark.cores.max=7;spark.executor.cores=2 | 3 |"
            + " spark.cores.max = 7 with spark.executor.cores = 2",
        "spark://a:7077 | spark.executor.cores=2 | 2147483647 | ''",
        "spark://a:7077 | spark.cores.max=7 | 2147483647 | ''",
      })
  void followsFromTheSettings(String master, String settings, int most, String setting) {
    SparkConf conf = new SparkConf(false).set("spark.master", master);
    if (settings != null) {
      for (String each : settings.split(";", -1)) {
        conf.set(each.split("=", -1)[0], each.split("=", -1)[1]);
      }
    }
    assertThat(ExecutorLimit.of(conf)).isEqualTo(new ExecutorLimit(most, setting));
  }

  @Test
  void refusesToWaitForWhatNeverComes() {
    ExecutorLimit limit = new ExecutorLimit(2, "spark.executor.instances = 2");
    limit.require(2);
    assertThatThrownBy(() -> limit.require(3))
        .isInstanceOf(UserErrorException.class)
        .hasMessage(
            "Cannot train 3 replicas: the application never has more than 2 executors"
                + " (spark.executor.instances = 2); raise that or set training.replicas");
  }
}
