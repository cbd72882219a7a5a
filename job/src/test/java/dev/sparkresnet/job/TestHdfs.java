package dev.sparkresnet.job;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/** A real HDFS on this machine. */
public final class TestHdfs {
  private TestHdfs() {}

  /** Starts one with a DataNode; the caller shuts it down. */
  public static MiniDFSCluster start(Path directory) throws IOException {
    return start(directory, 1);
  }

  /**
   * Starts one whose clients do not wait long for a block that no DataNode has; the caller shuts it
   * down.
   */
  public static MiniDFSCluster start(Path directory, int dataNodes) throws IOException {
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, directory.toString());
    configuration.setInt("dfs.client.retry.window.base", 10);
    MiniDFSCluster hdfs = new MiniDFSCluster.Builder(configuration).numDataNodes(dataNodes).build();
    hdfs.waitActive();
    return hdfs;
  }
}
