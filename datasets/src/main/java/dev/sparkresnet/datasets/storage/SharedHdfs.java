package dev.sparkresnet.datasets.storage;

import java.io.IOException;
import java.net.URISyntaxException;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.client.HdfsClientConfigKeys;

/** HDFS by a client that is there already, which this never closes. */
final class SharedHdfs extends DelegateToFileSystem {
  private final DistributedFileSystem client;

  SharedHdfs(DistributedFileSystem client) throws IOException, URISyntaxException {
    super(
        client.getUri(),
        new Initialised(client),
        client.getConf(),
        client.getUri().getScheme(),
        true);
    this.client = client;
  }

  /** One step, other than what is inherited, which deletes first what is in the way. */
  @Override
  public void renameInternal(Path from, Path to, boolean overwrite) throws IOException {
    client.rename(from, to, overwrite ? Rename.OVERWRITE : Rename.NONE);
  }

  /** What passes an initialisation on would have the client make its connections anew. */
  private static final class Initialised extends FilterFileSystem {
    Initialised(DistributedFileSystem client) {
      super(client);
    }

    @Override
    protected int getDefaultPort() {
      return HdfsClientConfigKeys.DFS_NAMENODE_RPC_PORT_DEFAULT;
    }
  }
}
