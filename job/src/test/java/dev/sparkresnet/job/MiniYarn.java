package dev.sparkresnet.job;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonConfigurationKeysPublic;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * HDFS with one DataNode and YARN with two NodeManagers on this machine, whose containers are
 * processes of their own.
 */
final class MiniYarn implements Closeable {
  private static final int NODES = 2;
  private static final int DIRECTORIES_OF_A_NODE = 1;

  private final MiniDFSCluster hdfs;
  private final MiniYARNCluster yarn;

  private MiniYarn(MiniDFSCluster hdfs, MiniYARNCluster yarn) {
    this.hdfs = hdfs;
    this.yarn = yarn;
  }

  /**
   * Starts both.
   *
   * @param directory gets their data, logs and a folder {@code conf} for HADOOP_CONF_DIR
   * @param logRetention in seconds after an application; a node that has logs to remove takes 10 s
   *     to stop
   */
  static MiniYarn start(Path directory, long logRetention) throws IOException {
    Path home = directory.toAbsolutePath();
    System.setProperty("test.build.data", home.resolve("data").toString());
    Configuration conf = new Configuration();
    conf.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, home.resolve("hdfs").toString());
    MiniDFSCluster hdfs = new MiniDFSCluster.Builder(conf).numDataNodes(1).build();
    hdfs.waitActive();
    MiniYARNCluster yarn =
        new MiniYARNCluster("yarn", NODES, DIRECTORIES_OF_A_NODE, DIRECTORIES_OF_A_NODE);
    YarnConfiguration yarnConf = yarnConfiguration(hdfs.getConfiguration(0));
    yarnConf.setLong(YarnConfiguration.NM_LOG_RETAIN_SECONDS, logRetention);
    yarn.init(yarnConf);
    yarn.start();
    MiniYarn cluster = new MiniYarn(hdfs, yarn);
    cluster.writeConfiguration(Files.createDirectories(home.resolve("conf")));
    return cluster;
  }

  private static YarnConfiguration yarnConfiguration(Configuration hdfs) {
    YarnConfiguration conf = new YarnConfiguration(hdfs);
    conf.setInt(YarnConfiguration.YARN_MINICLUSTER_NM_PMEM_MB, 10_240);
    conf.setInt(YarnConfiguration.RM_SCHEDULER_MAXIMUM_ALLOCATION_MB, 10_240);
    conf.setInt(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, 256);
    // A JVM reserves far more addresses than it uses.
    conf.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
    conf.set("yarn.scheduler.capacity.root.queues", "default");
    conf.set("yarn.scheduler.capacity.root.default.capacity", "100");
    // One application at a time may have its driver, and the rest of the queue its executors.
    conf.set("yarn.scheduler.capacity.maximum-am-resource-percent", "0.5");
    conf.set(YarnConfiguration.YARN_APPLICATION_CLASSPATH, "");
    // How long a node that is stopped waits for containers that have ended long ago.
    conf.setLong(YarnConfiguration.NM_PROCESS_KILL_WAIT_MS, 100);
    return conf;
  }

  private void writeConfiguration(Path directory) throws IOException {
    try (OutputStream file = Files.newOutputStream(directory.resolve("core-site.xml"))) {
      Configuration core = new Configuration(false);
      core.set("fs.defaultFS", hdfs.getURI().toString());
      core.writeXml(file);
    }
    try (OutputStream file = Files.newOutputStream(directory.resolve("yarn-site.xml"))) {
      Configuration client = new Configuration(yarn.getConfig());
      // A class of Hadoop's tests, which clients do not have.
      client.unset(CommonConfigurationKeysPublic.NET_TOPOLOGY_NODE_SWITCH_MAPPING_IMPL_KEY);
      client.writeXml(file);
    }
  }

  /** The address of HDFS. */
  String fileSystem() {
    return hdfs.getURI().toString();
  }

  @Override
  public void close() throws IOException {
    yarn.close();
    hdfs.shutdown();
  }

  /**
   * Runs until it is killed.
   *
   * @param arguments the directory
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path directory = Path.of(arguments[0]);
    try (MiniYarn cluster = start(directory, YarnConfiguration.DEFAULT_NM_LOG_RETAIN_SECONDS)) {
      System.out.println("HDFS: " + cluster.fileSystem());
      System.out.println("export HADOOP_CONF_DIR=" + directory.toAbsolutePath().resolve("conf"));
      new CountDownLatch(1).await();
    }
  }
}
