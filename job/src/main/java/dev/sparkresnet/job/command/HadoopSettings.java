package dev.sparkresnet.job.command;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Settings of Hadoop for commands that run without a Spark application. */
final class HadoopSettings {
  private HadoopSettings() {}

  /** Hadoop's own settings and what Spark's {@code spark.hadoop.*} properties add. */
  static Configuration configuration() {
    return SparkHadoopUtil.get().newConfiguration(new SparkConf());
  }
}
