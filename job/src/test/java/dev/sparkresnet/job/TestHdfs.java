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
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, directory.toString());
    MiniDFSCluster hdfs = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
    hdfs.waitActive();
    return hdfs;
  }
}
