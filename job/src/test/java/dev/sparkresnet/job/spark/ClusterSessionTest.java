package dev.sparkresnet.job.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class ClusterSessionTest {
  private static final String OURS =
      "dev.sparkresnet.job.spark.BackendPlugin,dev.sparkresnet.job.spark.DriverLine,"
          + "dev.sparkresnet.job.monitoring.TrainingPlugin";

  private final SparkConf conf = new SparkConf(false);

  @Test
  void bringsItsPluginsOnce() {
    ClusterSession.addPlugins(conf);
    ClusterSession.addPlugins(conf);
    assertThat(conf.get("spark.plugins")).isEqualTo(OURS);
  }

  @Test
  void keepsThePluginsOfItsUserBehindTheOneThatSettlesTheBackend() {
    conf.set("spark.plugins", "org.example.One, org.example.Other");
    ClusterSession.addPlugins(conf);
    assertThat(conf.get("spark.plugins")).isEqualTo(OURS + ",org.example.One,org.example.Other");
  }
}
