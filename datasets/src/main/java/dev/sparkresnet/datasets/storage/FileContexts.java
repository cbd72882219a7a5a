package dev.sparkresnet.datasets.storage;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * Where a {@link FileContext} comes from: Hadoop makes a client for each, which resolves names,
 * finds the active NameNode and is never closed, while it keeps one {@link FileSystem} for a
 * process, which it closes at the end of the process.
 *
 * <p>So a context of HDFS works with the client of that {@link FileSystem}, and contexts of other
 * remote file systems are kept as Hadoop keeps its {@link FileSystem}s: one for each user.
 */
public final class FileContexts {
  private static final Map<Owner, FileContext> KEPT = new ConcurrentHashMap<>();

  private FileContexts() {}

  /** Whose client it is, and of what. */
  private record Owner(String scheme, String authority, UserGroupInformation user) {}

  /**
   * The context for the file system of a path.
   *
   * @param path with the scheme of its file system
   * @throws IOException if there is no such file system, or its host is unknown
   */
  public static FileContext of(Path path, Configuration configuration) throws IOException {
    URI uri = path.toUri();
    if ("file".equals(uri.getScheme())) {
      return FileContext.getFileContext(uri, configuration);
    }
    if (path.getFileSystem(configuration) instanceof DistributedFileSystem hdfs) {
      return ofClient(hdfs, configuration);
    }
    Owner owner =
        new Owner(
            Objects.requireNonNullElse(uri.getScheme(), ""),
            Objects.requireNonNullElse(uri.getAuthority(), ""),
            UserGroupInformation.getCurrentUser());
    FileContext kept = KEPT.get(owner);
    if (kept == null) {
      kept = FileContext.getFileContext(uri, configuration);
      KEPT.put(owner, kept);
    }
    return kept;
  }

  private static FileContext ofClient(DistributedFileSystem client, Configuration configuration)
      throws IOException {
    try {
      return FileContext.getFileContext(new SharedHdfs(client), configuration);
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }
}
