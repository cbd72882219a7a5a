package dev.sparkresnet.job.command;

import dev.sparkresnet.job.kerberos.HadoopLogin;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Settings of Hadoop, which a process logs in to before it does anything else there. */
final class HadoopSettings {
  private HadoopSettings() {}

  /**
   * Hadoop's own settings and what Spark's {@code spark.hadoop.*} properties add, for a process
   * that has logged in.
   *
   * @throws dev.sparkresnet.job.failure.UserErrorException if it cannot log in
   * @throws java.io.UncheckedIOException if it cannot log in just now
   */
  static Configuration configuration() {
    SparkConf spark = new SparkConf();
    return HadoopLogin.begin(
        () -> SparkHadoopUtil.get().newConfiguration(spark), key -> spark.get(key, null));
  }
}
